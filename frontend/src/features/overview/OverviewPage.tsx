import { Button, Grid, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { IconBolt, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Fleet } from "@/api/types";
import { PageHeader } from "@/components/PageHeader";
import { StaleWhenOffline } from "@/components/StaleWhenOffline";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { AttentionList } from "./AttentionList";
import { useFleet } from "./api/useFleet";
import { FleetFigures } from "./FleetFigures";
import { RateCard } from "./RateCard";
import { RejectedCard } from "./RejectedCard";

/** The home page of administrators. */
export function OverviewPage() {
  const { t } = useTranslation("overview");
  const fleet = useFleet();
  return (
    <>
      <PageHeader title={t("title")} />
      <StateBlock query={fleet} skeleton={<Loading />}>
        {(data) => (
          <StaleWhenOffline>
            {data.devices === 0 && data.rejected_pending === 0 ? (
              <NoMeters />
            ) : (
              <FleetOverview fleet={data} />
            )}
          </StaleWhenOffline>
        )}
      </StateBlock>
    </>
  );
}

function FleetOverview({ fleet }: { fleet: Fleet }) {
  return (
    <Stack>
      <FleetFigures fleet={fleet} />
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <RateCard fleet={fleet} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <RejectedCard pending={fleet.rejected_pending} />
        </Grid.Col>
      </Grid>
      <AttentionList items={fleet.attention} />
    </Stack>
  );
}

function NoMeters() {
  const { t } = useTranslation("overview");
  return (
    <EmptyState
      icon={<IconBolt size={26} />}
      title={t("noMeters")}
      text={t("noMetersText")}
      action={
        <Button
          mt="sm"
          leftSection={<IconPlus size={18} aria-hidden />}
          renderRoot={(props) => <Link to="/meters" search={{ device: "new" }} {...props} />}
        >
          {t("addMeter")}
        </Button>
      }
    />
  );
}

function Loading() {
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing={{ base: "sm", sm: "md" }}>
        {["reporting", "silent", "never", "over"].map((figure) => (
          <Skeleton key={figure} h={114} radius="lg" />
        ))}
      </SimpleGrid>
      <Grid>
        <Grid.Col span={{ base: 12, md: 8 }}>
          <Skeleton h={184} radius="lg" />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 4 }}>
          <Skeleton h={{ base: 108, md: 184 }} radius="lg" />
        </Grid.Col>
      </Grid>
      <Skeleton h={132} radius="lg" />
    </Stack>
  );
}
