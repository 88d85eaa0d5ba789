import { Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconFlame } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import classes from "./LimitBar.module.css";
import { limitColor, limitState } from "./limit";

type Props = {
  label: string;
  /** In kWh; null if nothing of this hour was measured. */
  energy: number | null;
  limit: number | null;
  hideText?: boolean;
  /** Grey: no data arrives. */
  silent?: boolean;
  /** What the energy does not cover, in words. */
  note?: string;
};

/** The energy of the current hour against its limit, which is drawn as a mark on the bar. */
export function LimitBar({ label, energy, limit, hideText = false, silent = false, note }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = limitState(energy, limit);
  // The scale ends 25 % above the limit, or at the energy if that is more.
  const used = energy ?? 0;
  const scale = limit === null ? Math.max(used, 1) : Math.max(limit * 1.25, used);
  const amount =
    limit === null
      ? `${format.kwh(used)}, ${t("limit.noLimit")}`
      : t("limit.ofLimit", { value: format.kwh(used), limit: format.kwh(limit) });
  const text = [energy === null ? !note && t("limit.none") : amount, note]
    .filter(Boolean)
    .join(", ");
  const color = silent && state !== "over" ? limitColor.none : limitColor[state];
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> cannot show a limit within its scale */}
      <div
        className={silent ? `${classes.track} ${classes.silent}` : classes.track}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={scale}
        aria-valuenow={used}
        aria-valuetext={limit === null || silent ? text : `${text}, ${t(`limit.${state}`)}`}
      >
        {used > 0 && (
          <div
            className={classes.fill}
            style={{ width: `${(used / scale) * 100}%`, background: color }}
          />
        )}
        {limit !== null && (
          <div className={classes.mark} style={{ insetInlineStart: `${(limit / scale) * 100}%` }} />
        )}
      </div>
      {!hideText && (
        <Group gap={6} mt={6} justify="space-between" className="digits">
          <Text size="xs" c="dimmed">
            {text}
          </Text>
          {(state === "over" || (state === "near" && !silent)) && (
            <Group gap={4} wrap="nowrap" c={limitColor[state]}>
              {state === "over" ? <IconFlame size={14} /> : <IconAlertTriangle size={14} />}
              <Text size="xs" fw={600} style={{ whiteSpace: "nowrap" }}>
                {t(`limit.${state}`)}
              </Text>
            </Group>
          )}
        </Group>
      )}
    </div>
  );
}
