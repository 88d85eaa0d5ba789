import { Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconFlame } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useFormat } from "@/i18n/format";
import classes from "./LimitBar.module.css";
import { limitColor, limitState } from "./limit";

type Props = { label: string; energy: number; limit: number | null; hideText?: boolean };

/** The energy of the current hour against its limit, which is drawn as a mark on the bar. */
export function LimitBar({ label, energy, limit, hideText = false }: Props) {
  const { t } = useTranslation();
  const format = useFormat();
  const state = limitState(energy, limit);
  // The scale ends 25 % above the limit, or at the energy if that is more.
  const scale = limit === null ? Math.max(energy, 1) : Math.max(limit * 1.25, energy);
  const text =
    limit === null
      ? `${format.kwh(energy)}, ${t("limit.noLimit")}`
      : t("limit.ofLimit", { value: format.kwh(energy), limit: format.kwh(limit) });
  return (
    <div>
      {/* biome-ignore lint/a11y/useSemanticElements: <meter> cannot show a limit within its scale */}
      <div
        className={classes.track}
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={scale}
        aria-valuenow={energy}
        aria-valuetext={limit === null ? text : `${text}, ${t(`limit.${state}`)}`}
      >
        {energy > 0 && (
          <div
            className={classes.fill}
            style={{ width: `${(energy / scale) * 100}%`, background: limitColor[state] }}
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
          {(state === "near" || state === "over") && (
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
