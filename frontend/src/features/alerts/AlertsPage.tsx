import { Card, Stack, Title } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAlerts } from "@/api/calls/useAlerts";
import { PageHeader } from "@/components/PageHeader";
import { ShowMore } from "@/components/ShowMore";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { useFormat } from "@/i18n/format";
import { AcknowledgeAll } from "./AcknowledgeAll";
import { AlertFilters } from "./AlertFilters";
import { AlertRows } from "./AlertRows";
import { groupByDay } from "./groupByDay";
import { queryOf } from "./search";

const route = getRouteApi("/member/alerts");

export function AlertsPage() {
  const { t } = useTranslation("alerts");
  const format = useFormat();
  const search = route.useSearch();
  const alerts = useAlerts(queryOf(search));
  const filtered = Object.values(search).some((value) => value !== undefined);

  return (
    <>
      <PageHeader title={t("title")} actions={<AcknowledgeAll search={search} />} />
      <Stack>
        <AlertFilters search={search} />
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
