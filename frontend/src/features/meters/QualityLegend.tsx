import { Group, Text } from "@mantine/core";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./QualityLegend.module.css";
import { countQualities, type QualityName } from "./quality";
import type { Slot } from "./slots";

/** Names each quality that the chart shows and how many bars have it; nothing if all are measured. */
export function QualityLegend({ slots }: { slots: Slot[] }) {
  const { t } = useTranslation("meters");
  const found = countQualities(slots);
  if (found.every(({ quality }) => quality === "measured")) return null;
  return (
    <Group component="ul" gap="md" className={classes.list} aria-label={t("chart.quality")}>
      {found.map(({ quality, count }) => (
        <Group component="li" key={quality} gap={6} wrap="nowrap">
          <QualitySwatch quality={quality} />
          <Text size="xs" c="dimmed">
            {t("chart.qualityCount", { quality: t(`quality.${quality}`), count })}
          </Text>
        </Group>
      ))}
    </Group>
  );
}

const HEIGHT = 14;

/** Drawn like the bars of the chart. */
function QualitySwatch({ quality }: { quality: QualityName }) {
  const pattern = useId();
  const filled = quality === "estimated" || quality === "partial";
  const box = { x: 1, y: quality === "corrected" ? 6 : 1, width: 12, rx: 2 };
  const height = HEIGHT - 1 - box.y;
  return (
    <svg width={HEIGHT} height={HEIGHT} aria-hidden="true" className={classes.swatch}>
      {quality === "missing" && <path d="M4 4 L10 10 M10 4 L4 10" className={classes.cross} />}
      {quality === "suspicious" && <rect {...box} height={height} className={classes.outlined} />}
      {quality !== "missing" && quality !== "suspicious" && (
        <rect {...box} height={height} className={classes.bar} />
      )}
      {quality === "corrected" && <path d="M7 4.5 L4 0 L10 0 Z" className={classes.triangle} />}
      {filled && (
        <>
          <pattern
            id={pattern}
            width={5}
            height={5}
            patternUnits="userSpaceOnUse"
            patternTransform={quality === "estimated" ? "rotate(45)" : undefined}
          >
            {quality === "estimated" ? (
              <rect width="2" height="5" className={classes.surface} />
            ) : (
              <circle cx="2.5" cy="2.5" r="1.3" className={classes.surface} />
            )}
          </pattern>
          <rect {...box} height={height} fill={`url(#${pattern})`} />
        </>
      )}
    </svg>
  );
}
