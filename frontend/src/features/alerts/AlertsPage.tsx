import { Button, Card, Stack, Title } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAcknowledge } from "@/api/calls/useAcknowledge";
import { useAlerts } from "@/api/calls/useAlerts";
import { PageHeader } from "@/components/PageHeader";
import { ShowMore } from "@/components/ShowMore";
import { EmptyState, ErrorState, StateBlock } from "@/components/StateBlock";
import { useFormat } from "@/i18n/format";
import { AlertFilters } from "./AlertFilters";
import { AlertRows } from "./AlertRows";
import { groupByDay } from "./groupByDay";
import type { AlertSearch } from "./search";

const route = getRouteApi("/member/alerts");

function queryOf({ device, state }: AlertSearch) {
  const chosen = state === "new" ? { acknowledged: false } : state === undefined ? {} : { state };
  return { device_id: device, limit: 50, ...chosen };
}

export function AlertsPage() {
  const { t } = useTranslation("alerts");
  const format = useFormat();
  const search = route.useSearch();
  const alerts = useAlerts(queryOf(search));
  const acknowledge = useAcknowledge();
  const unacknowledged = (alerts.data ?? [])
    .filter((alert) => !alert.acknowledged_at)
    .slice(0, 200);
  const filtered = search.device !== undefined || search.state !== undefined;

  return (
    <>
      <PageHeader
        title={t("title")}
        actions={
          unacknowledged.length > 0 && (
            <Button
              variant="light"
              leftSection={<IconChecks size={18} aria-hidden />}
              loading={acknowledge.isPending}
              onClick={() => acknowledge.mutate(unacknowledged.map(({ id }) => id))}
            >
              {t("acknowledgeShown", { count: unacknowledged.length })}
            </Button>
          )
        }
      />
      <Stack>
        <AlertFilters search={search} />
        {acknowledge.isError && <ErrorState reason={acknowledge.error} />}
        <StateBlock
          query={alerts}
          height={320}
          isEmpty={(items) => items.length === 0}
          empty={
            <EmptyState
              title={t(filtered ? "noneMatch" : "noneTitle")}
              text={t(filtered ? "noneMatchText" : "noneText")}
            />
          }
        >
          {(items) =>
            groupByDay(items).map(({ day, alerts: rows }) => (
              <Card key={day} component="section" aria-labelledby={`day-${day}`}>
                <Title order={2} size="h5" id={`day-${day}`} mb={4}>
                  {format.longDate(`${day}T12:00:00Z`, "UTC")}
                </Title>
                <AlertRows alerts={rows} />
              </Card>
            ))
          }
        </StateBlock>
        <ShowMore list={alerts} variant="default" />
      </Stack>
    </>
  );
}
