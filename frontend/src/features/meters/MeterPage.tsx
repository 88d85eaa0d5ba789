import { Button, SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import { useSummary } from "@/api/calls/useSummary";
import { isMissing } from "@/api/problem";
import type { Device } from "@/api/types";
import { PageHeader } from "@/components/PageHeader";
import { StaleWhenOffline } from "@/components/StaleWhenOffline";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { useFormat } from "@/i18n/format";
import { useWatch } from "@/realtime/LiveProvider";
import { ConsumptionHistory } from "./ConsumptionHistory";
import { MeterFigures } from "./MeterFigures";
import { MeterStatus } from "./MeterStatus";

type Props = { deviceId: string; alerts: ReactNode; corrections: ReactNode };

export function MeterPage({ deviceId, alerts, corrections }: Props) {
  const { t } = useTranslation(["meters", "common"]);
  const device = useDevice(deviceId);
  useWatch(deviceId);
  if (isMissing(device.error)) {
    return (
      <>
        <PageHeader title={t("common:state.notFoundTitle")} />
        <EmptyState
          title={t("missing")}
          action={
            <Button mt="sm" renderRoot={(props) => <Link to="/" {...props} />}>
              {t("common:state.toHome")}
            </Button>
          }
        />
      </>
    );
  }
  return (
    <StateBlock query={device} height={640}>
      {(known) => <Meter device={known} alerts={alerts} corrections={corrections} />}
    </StateBlock>
  );
}

function Meter({ device, alerts, corrections }: Omit<Props, "deviceId"> & { device: Device }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const summary = useSummary(device.id);
  const limit = device.max_hourly_consumption_kwh;
  const details = [
    device.address,
    limit !== null && `${t("hourlyLimit")}: ${format.kwh(limit)}`,
    device.description,
  ];
  return (
    <>
      <PageHeader
        title={device.name}
        text={details.filter(Boolean).join(" · ")}
        state={summary.data && <MeterStatus summary={summary.data} />}
      />
      <Stack>
        <StateBlock
          query={summary}
          skeleton={
            <SimpleGrid cols={{ base: 2, md: 4 }}>
              {["power", "hour", "today", "month"].map((figure) => (
                <Skeleton key={figure} h={118} radius="lg" />
              ))}
            </SimpleGrid>
          }
        >
          {(data) => (
            <StaleWhenOffline>
              <MeterFigures summary={data} />
            </StaleWhenOffline>
          )}
        </StateBlock>
        <ConsumptionHistory device={device} summary={summary.data} />
        {alerts}
        {corrections}
      </Stack>
    </>
  );
}
