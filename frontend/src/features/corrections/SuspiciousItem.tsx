import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Device, Suspicious } from "@/api/types";
import { useFormat } from "@/i18n/format";

type Props = {
  device: Device;
  suspicious: Suspicious;
  /** Undefined for those who may not correct. */
  onCorrect?: (kind: "set_aside" | "replace", timestamp: string) => void;
};

/** An interval; a single reading in it can be corrected here, several only one by one. */
export function SuspiciousItem({ device, suspicious, onCorrect }: Props) {
  const { t } = useTranslation("corrections");
  const format = useFormat();
  const zone = device.time_zone;
  const { start, end, energy_kwh, reason, timestamp } = suspicious;
  const time = format.dateTime(timestamp ?? start, zone);
  const interval = `${format.dateTime(start, zone)}–${format.time(end, zone)}`;
  return (
    <Group component="li" align="flex-start" gap="sm" py="sm">
      <Stack gap={2} flex={1} miw={200}>
        <Anchor
          size="sm"
          fw={600}
          c="inherit"
          renderRoot={(props) => (
            <Link
              to="/meters/$deviceId"
              params={{ deviceId: device.id }}
              search={{ at: start }}
              {...props}
            />
          )}
        >
          {interval}
        </Anchor>
        <Text size="sm">
          <span className="digits">{format.kwh(energy_kwh)}</span>
          {`, ${t(`why.${reason}`)}`}
        </Text>
      </Stack>
      {onCorrect && timestamp && (
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={t("setAsideOf", { time })}
            onClick={() => onCorrect("set_aside", timestamp)}
          >
            {t("setAside")}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={t("replaceOf", { time })}
            onClick={() => onCorrect("replace", timestamp)}
          >
            {t("replace")}
          </Button>
        </Group>
      )}
    </Group>
  );
}
