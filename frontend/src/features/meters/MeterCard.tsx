import { Anchor, Card, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Device, Summary } from "@/api/types";
import { Amount } from "@/components/Amount";
import { HourBar } from "@/components/HourBar";
import { Sparkline } from "@/components/Sparkline";
import { useNow } from "@/components/useNow";
import { useFormat } from "@/i18n/format";
import { useWatch } from "@/realtime/LiveProvider";
import { useConsumption } from "./api/useConsumption";
import classes from "./MeterCard.module.css";
import { MeterStatus } from "./MeterStatus";
import { windowOf } from "./period";

const HOUR_MS = 3_600_000;

/** The whole card links to the page of the meter. */
export function MeterCard({ device, summary }: { device: Device; summary: Summary | undefined }) {
  const { t } = useTranslation("meters");
  useWatch(device.id);
  return (
    <Card className={classes.card} component="article" aria-label={device.name}>
      <Stack gap="sm" h="100%">
        <Group justify="space-between" align="flex-start" wrap="nowrap">
          <div style={{ minWidth: 0 }}>
            <Title order={3} size="h4">
              <Anchor
                inherit
                c="inherit"
                className={classes.link}
                renderRoot={(props) => (
                  <Link to="/meters/$deviceId" params={{ deviceId: device.id }} {...props} />
                )}
              >
                {device.name}
              </Anchor>
            </Title>
            <Text size="sm" c="dimmed">
              {device.address}
            </Text>
          </div>
          {summary && <Power summary={summary} />}
        </Group>
        {summary && summary.state !== "never" ? (
          <Stack gap="sm" mt="auto">
            <Last24Hours id={device.id} zone={device.time_zone} />
            <HourBar label={`${t("thisHour")}, ${device.name}`} summary={summary} />
            <Group justify="space-between" gap="xs">
              <MeterStatus summary={summary} />
              <Text size="sm">
                {t("today")}: <Amount value={summary.today_kwh} fw={600} live />
              </Text>
            </Group>
          </Stack>
        ) : (
          <Text size="sm" c="dimmed">
            {t("waitingForFirst")}
          </Text>
        )}
      </Stack>
    </Card>
  );
}

/** Of a silent meter the last power, grey and with its time. */
function Power({ summary }: { summary: Summary }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const { state, power_w, last_power_w, last_reading_at, time_zone } = summary;
  if (state === "live" && power_w !== null) {
    return (
      <Text fz="xl" fw={650} style={{ whiteSpace: "nowrap" }}>
        <Amount value={power_w} unit="W" live />
      </Text>
    );
  }
  if (state !== "silent" || last_power_w === null || last_reading_at === null) return null;
  return (
    <Text c="dimmed" ta="end" lh={1.2} component="div" style={{ whiteSpace: "nowrap" }}>
      <Amount value={last_power_w} unit="W" fz="lg" />
      <Text size="xs">{t("atTime", { time: format.timeOrDate(last_reading_at, time_zone) })}</Text>
    </Text>
  );
}

function Last24Hours({ id, zone }: { id: string; zone: string }) {
  const { t } = useTranslation("meters");
  const format = useFormat();
  const hour = Math.floor(useNow() / HOUR_MS) * HOUR_MS;
  const window = useMemo(() => windowOf("day24", "", zone, hour), [zone, hour]);
  const { data } = useConsumption(id, window);
  if (!data) return <Skeleton h={40} />;
  return (
    <Sparkline
      values={data.points.map((point) => point.energy_kwh)}
      limit={data.points.at(-1)?.limit_kwh ?? null}
      label={t("sparkline", { total: format.kwh(data.total_kwh) })}
    />
  );
}
