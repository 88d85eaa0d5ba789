import { Anchor, Card, Group, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAlerts } from "@/api/calls/useAlerts";
import { StateBlock } from "@/components/StateBlock";
import { AlertRows } from "./AlertRows";

/** The latest five alerts, on the home page of a client. */
export function LatestAlerts() {
  const { t } = useTranslation(["meters", "alerts"]);
  const alerts = useAlerts({ limit: 5 });
  return (
    <Card component="section" aria-labelledby="latest-alerts">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h4" id="latest-alerts">
          {t("latestAlerts")}
        </Title>
        <Anchor size="sm" renderRoot={(props) => <Link to="/alerts" {...props} />}>
          {t("allAlerts")}
        </Anchor>
      </Group>
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
        {(items) => <AlertRows alerts={items.slice(0, 5)} showDate />}
      </StateBlock>
    </Card>
  );
}
