/** Hidden from screen readers, because the name stands next to it. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg
      viewBox="0 0 32 32"
      width={size}
      height={size}
      aria-hidden="true"
      style={{ flexShrink: 0 }}
    >
      <rect width="32" height="32" rx="8" fill="#0e7378" />
      <path
        d="M7 20a9 9 0 0 1 18 0"
        fill="none"
        stroke="#fff"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path d="M16 20l5-7" stroke="#ffc247" strokeWidth="3" strokeLinecap="round" />
      <circle cx="16" cy="20" r="2.4" fill="#fff" />
    </svg>
  );
}
