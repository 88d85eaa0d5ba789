import { IconArrowDownRight, IconArrowUpRight } from "@tabler/icons-react";
import { useFormat } from "@/i18n/format";

/** An arrow and a percentage; nothing for a change below half a percent. */
export function PercentChange({ now, before }: { now: number; before: number }) {
  const format = useFormat();
  if (before <= 0) return null;
  const ratio = now / before - 1;
  if (Math.abs(ratio) < 0.005) return null;
  const Icon = ratio > 0 ? IconArrowUpRight : IconArrowDownRight;
  return (
    <span style={{ whiteSpace: "nowrap" }}>
      <Icon size={14} style={{ verticalAlign: "text-bottom" }} aria-hidden />
      {ratio > 0 ? "+" : "−"}
      {format.percent(Math.abs(ratio))}
      {" · "}
    </span>
  );
}
