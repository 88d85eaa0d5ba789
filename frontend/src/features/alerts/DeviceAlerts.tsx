import { Card, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useAlerts } from "@/api/calls/useAlerts";
import { ShowMore } from "@/components/ShowMore";
import { StateBlock } from "@/components/StateBlock";
import { AlertRows } from "./AlertRows";

export function DeviceAlerts({ id }: { id: string }) {
  const { t } = useTranslation(["meters", "alerts"]);
  const alerts = useAlerts({ device_id: id, limit: 10 });
  return (
    <Card component="section" aria-labelledby="device-alerts">
      <Title order={2} size="h4" id="device-alerts" mb="xs">
        {t("alertsOf")}
      </Title>
      <StateBlock
        query={alerts}
        height={120}
        isEmpty={(items) => items.length === 0}
        empty={
          <Text size="sm" c="dimmed">
            {t("alerts:noneTitle")}. {t("alerts:noneText")}
          </Text>
        }
      >
        {(items) => <AlertRows alerts={items} hideName showDate />}
      </StateBlock>
      <ShowMore list={alerts} variant="subtle" mt="xs" />
    </Card>
  );
}
