import { Button, Group, Stack, Text } from "@mantine/core";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Correction, Device } from "@/api/types";
import { TimeInText } from "@/components/TimeInText";
import { useFormat } from "@/i18n/format";
import { useWho } from "./useWho";

type Props = {
  device: Device;
  correction: Correction;
  /** Undefined for those who may not undo. */
  onUndo?: (id: string) => void;
  pending: boolean;
};

/** Only what an administrator decided can be undone, once. */
const canUndo = ({ kind, undone_at }: Correction) =>
  (kind === "set_aside" || kind === "corrected") && undone_at === null;

export function CorrectionItem({ device, correction, onUndo, pending }: Props) {
  const { t } = useTranslation("corrections");
  const format = useFormat();
  const zone = device.time_zone;
  const { id, timestamp, until, kind, count, reason, made_at, undone_at } = correction;
  const who = useWho(correction.made_by);
  const undoneBy = useWho(correction.undone_by);
  const time = format.dateTime(timestamp, zone);
  const value = (number: number | null) =>
    number === null
      ? t("noValue")
      : t("value", { value: format.number(number, 6), unit: correction.unit });
  // An owner is not told how many there were if the period began before their time.
  const deletedText = (count: number | null) =>
    count === null ? t("deletedSome") : t("deletedCount", { count });
  const change =
    kind === "deleted"
      ? deletedText(count)
      : t("change", {
          before: value(correction.previous_value),
          after: value(correction.replacement),
        });
  const text = kind === "replaced" && correction.made_by === null ? "replacedQueue" : kind;
  return (
    <Group component="li" wrap="nowrap" align="flex-start" gap="sm" py="sm">
      <Stack gap={2} flex={1} miw={0}>
        <Text size="sm" fw={600}>
          {until ? t("range", { from: time, to: format.dateTime(until, zone) }) : time}
        </Text>
        <Text size="sm" td={undone_at ? "line-through" : undefined} className="digits">
          {change}
        </Text>
        <Text size="xs" c="dimmed" component="div">
          <TimeInText text={(when) => t(`kind.${text}`, { who, when })} at={made_at} zone={zone} />
          {reason && <div>{t("reason", { reason })}</div>}
          {undone_at && (
            <div>
              <TimeInText
                text={(when) => t("undone", { who: undoneBy, when })}
                at={undone_at}
                zone={zone}
              />
            </div>
          )}
        </Text>
      </Stack>
      {onUndo && canUndo(correction) && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconArrowBackUp size={16} aria-hidden />}
          loading={pending}
          aria-label={t("undoOf", { time })}
          onClick={() => onUndo(id)}
        >
          {t("undo")}
        </Button>
      )}
    </Group>
  );
}
