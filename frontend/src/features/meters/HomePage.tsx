import { SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { IconBolt } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDevices } from "@/api/calls/useDevices";
import { useSummaries } from "@/api/calls/useSummaries";
import { useAccount } from "@/api/useSession";
import { PageHeader } from "@/components/PageHeader";
import { StaleWhenOffline } from "@/components/StaleWhenOffline";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { MeterCard } from "./MeterCard";
import { TotalFigures } from "./TotalFigures";

/** The home page of clients. */
export function HomePage({ alerts }: { alerts: ReactNode }) {
  const { t } = useTranslation(["meters", "common"]);
  const devices = useDevices();
  return (
    <>
      <PageHeader title={t("common:nav.home")} />
      <StateBlock
        query={devices}
        height={420}
        isEmpty={(page) => page.items.length === 0}
        empty={<NoMeter />}
      >
        {(page) => (
          <Stack gap="lg">
            <Now />
            <section aria-labelledby="your-meters">
              <Title order={2} size="h4" id="your-meters" mb="sm">
                {t("yours")}
              </Title>
              <Meters devices={page.items} />
            </section>
            {alerts}
          </Stack>
        )}
      </StateBlock>
    </>
  );
}

function Now() {
  const summaries = useSummaries();
  return (
    <StateBlock query={summaries} height={118} isEmpty={(page) => page.items.length === 0}>
      {(page) => (
        <StaleWhenOffline>
          <TotalFigures summaries={page.items} />
        </StaleWhenOffline>
      )}
    </StateBlock>
  );
}

function Meters({ devices }: { devices: Parameters<typeof MeterCard>[0]["device"][] }) {
  const summaries = useSummaries().data?.items ?? [];
  return (
    <StaleWhenOffline>
      <SimpleGrid cols={{ base: 1, md: 2, xl: 3 }}>
        {devices.map((device) => (
          <MeterCard
            key={device.id}
            device={device}
            summary={summaries.find(({ device_id }) => device_id === device.id)}
          />
        ))}
      </SimpleGrid>
    </StaleWhenOffline>
  );
}

function NoMeter() {
  const { t } = useTranslation("meters");
  const { username } = useAccount();
  return (
    <EmptyState
      icon={<IconBolt size={26} />}
      title={t("none.title")}
      text={t("none.text")}
      action={<Text size="sm">{t("none.ask", { username })}</Text>}
    />
  );
}
