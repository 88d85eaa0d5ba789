type Props = { values: number[]; label: string; height?: number; limit?: number | null };

const WIDTH = 240;

/** Small bars without axes, in plain SVG so that the chart library need not be loaded. */
export function Sparkline({ values, label, height = 40, limit = null }: Props) {
  const top = Math.max(...values, 0.001);
  const step = WIDTH / Math.max(values.length, 1);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {values.map((value, index) => {
        const tall = Math.max((value / top) * (height - 2), 1);
        const over = limit !== null && value > limit;
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bar is identified by its position
            key={index}
            x={index * step + step * 0.12}
            y={height - tall}
            width={step * 0.76}
            height={tall}
            rx={1}
            fill={over ? "var(--contor-over)" : "var(--contor-ok)"}
            opacity={value === 0 ? 0.35 : 0.85}
          />
        );
      })}
    </svg>
  );
}
