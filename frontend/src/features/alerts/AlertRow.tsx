import { Anchor, Badge, Button, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconCheck, IconFlame } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import type { Alert } from "@/api/types";
import { useDeviceName } from "@/components/useDeviceName";
import { useFormat } from "@/i18n/format";
import { AlertFacts } from "./AlertFacts";

type Props = {
  alert: Alert;
  /** On the page of one meter. */
  hideName?: boolean;
  /** In a list that is not grouped by day. */
  showDate?: boolean;
  onAcknowledge: (id: string) => void;
  pending: boolean;
};

export function AlertRow({ alert, hideName, showDate, onAcknowledge, pending }: Props) {
  const { t } = useTranslation("alerts");
  const format = useFormat();
  const name = useDeviceName(alert.device_id);
  const zone = useDevice(alert.device_id).data?.time_zone;
  const cleared = alert.state === "cleared";
  const excess = alert.limit_kwh > 0 ? alert.energy_kwh / alert.limit_kwh - 1 : 0;
  const span = t("hour", {
    from: format.time(alert.hour_start, zone),
    to: format.time(alert.hour_end, zone),
  });
  const hour = showDate ? `${format.date(alert.hour_start, zone)}, ${span}` : span;
  const title = hideName ? hour : name;
  return (
    <Group wrap="nowrap" align="flex-start" gap="sm" py="sm" component="li">
      <ThemeIcon
        variant="light"
        color={cleared ? "gray" : "red"}
        size={36}
        radius="xl"
        mt={2}
        aria-hidden
      >
        <IconFlame size={20} />
      </ThemeIcon>
      <Group flex={1} miw={0} gap="xs" align="flex-start">
        <Stack gap={2} flex={1} miw={200}>
          <Group gap="xs">
            <Anchor
              fw={600}
              c="inherit"
              aria-label={t("openChart", { name, hour })}
              renderRoot={(props) => (
                <Link
                  to="/meters/$deviceId"
                  params={{ deviceId: alert.device_id }}
                  search={{ at: alert.hour_start }}
                  {...props}
                />
              )}
            >
              {title}
            </Anchor>
            {alert.severity === "critical" && !cleared && (
              <Badge color="red.8" size="sm">
                {t("severity.critical")}
              </Badge>
            )}
          </Group>
          <Text size="sm">
            {!hideName && <>{hour}: </>}
            {t("over", {
              energy: format.kwh(alert.energy_kwh),
              limit: format.kwh(alert.limit_kwh),
            })}
            {excess >= 0.01 && ` (${t("excess", { percent: format.percent(excess) })})`}
          </Text>
          <AlertFacts alert={alert} />
        </Stack>
        {!alert.acknowledged_at && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconCheck size={16} aria-hidden />}
            loading={pending}
            aria-label={t("acknowledgeOf", { name, hour })}
            onClick={() => onAcknowledge(alert.id)}
          >
            {t("acknowledge")}
          </Button>
        )}
      </Group>
    </Group>
  );
}
