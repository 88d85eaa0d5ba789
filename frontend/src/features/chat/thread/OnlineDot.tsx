import { useTranslation } from "react-i18next";

/** Renders nothing when the presence is unknown. */
export function OnlineDot({ online }: { online: boolean | null | undefined }) {
  const { t } = useTranslation("chat");
  if (online == null) return null;
  return (
    <svg
      width="10"
      height="10"
      style={{ flexShrink: 0 }}
      role="img"
      aria-label={t(online ? "online" : "offline")}
    >
      <title>{t(online ? "online" : "offline")}</title>
      <circle
        cx="5"
        cy="5"
        r="4"
        fill={online ? "var(--contor-ok)" : "none"}
        stroke={online ? "var(--contor-ok)" : "var(--contor-none)"}
        strokeWidth="2"
      />
    </svg>
  );
}
