import { Anchor, Group, Stack, Text, Title } from "@mantine/core";
import { IconFlame } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAlerts } from "@/api/calls/useAlerts";
import { useDevices } from "@/api/calls/useDevices";
import { useSummary } from "@/api/calls/useSummary";
import type { Conversation, Device } from "@/api/types";
import { HourBar } from "@/components/HourBar";
import { StateBlock } from "@/components/StateBlock";
import { useFormat } from "@/i18n/format";
import { useWatch } from "@/realtime/LiveProvider";

const SHOWN = 5;

/** The client's meters with their current values and latest alerts. */
export function ClientAside({ client }: { client: Conversation["client"] }) {
  const { t } = useTranslation("chat");
  if (!client?.id) return <Text c="dimmed">{t("queue.clientGone")}</Text>;
  return <Client id={client.id} name={client.name ?? t("someone")} />;
}

function Client({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation("chat");
  const devices = useDevices({ owner_id: id, limit: SHOWN + 1 });
  return (
    <Stack gap="md">
      <div>
        <Text fw={650}>{name}</Text>
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/people" search={{ person: id }} {...props} />}
        >
          {t("queue.profile")}
        </Anchor>
      </div>
      <div>
        <Title order={3} size="h6" mb="xs">
          {t("queue.clientMeters")}
        </Title>
        <StateBlock
          query={devices}
          height={140}
          isEmpty={(page) => page.items.length === 0}
          empty={
            <Text size="sm" c="dimmed">
              {t("queue.noMeters")}
            </Text>
          }
        >
          {(page) => (
            <Stack gap="md">
              {page.items.slice(0, SHOWN).map((device) => (
                <Meter key={device.id} device={device} />
              ))}
              {page.items.length > SHOWN && (
                <Anchor
                  size="sm"
                  renderRoot={(props) => <Link to="/meters" search={{ owner: id }} {...props} />}
                >
                  {t("queue.metersMore")}
                </Anchor>
              )}
            </Stack>
          )}
        </StateBlock>
      </div>
    </Stack>
  );
}

function Meter({ device }: { device: Device }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const summary = useSummary(device.id).data;
  useWatch(device.id);
  return (
    <section aria-label={device.name}>
      <Anchor
        fw={600}
        size="sm"
        renderRoot={(props) => (
          <Link to="/meters/$deviceId" params={{ deviceId: device.id }} {...props} />
        )}
      >
        {device.name}
      </Anchor>
      {summary && summary.state !== "never" ? (
        <Stack gap={4} mt={4}>
          <Text size="xs" c="dimmed">
            {t("queue.thisHour")}
          </Text>
          <HourBar label={`${t("queue.thisHour")}, ${device.name}`} summary={summary} />
          <Text size="xs" c="dimmed" className="digits">
            {t("queue.today", { energy: format.kwh(summary.today_kwh) })}
            {summary.state === "silent" && ` · ${t("queue.silent")}`}
          </Text>
        </Stack>
      ) : (
        <Text size="xs" c="dimmed">
          {summary ? t("queue.never") : "…"}
        </Text>
      )}
      <Alerts device={device} />
    </section>
  );
}

function Alerts({ device }: { device: Device }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const alerts = useAlerts({ device_id: device.id, limit: 2 }).data ?? [];
  return alerts.slice(0, 2).map((alert) => (
    <Group key={alert.id} gap={4} wrap="nowrap" mt={8} align="flex-start">
      <IconFlame
        size={14}
        aria-hidden
        color={alert.state === "active" ? "var(--contor-over)" : "var(--contor-none)"}
        style={{ flexShrink: 0, marginTop: 2 }}
      />
      <Anchor
        size="xs"
        c="inherit"
        renderRoot={(props) => (
          <Link
            to="/meters/$deviceId"
            params={{ deviceId: device.id }}
            search={{ at: alert.hour_start }}
            {...props}
          />
        )}
      >
        {t("queue.over", {
          energy: format.kwh(alert.energy_kwh),
          limit: format.kwh(alert.limit_kwh),
        })}
        <br />
        <Text span inherit c="dimmed">
          <time dateTime={alert.hour_start}>
            {format.dateTime(alert.hour_start, device.time_zone)}
          </time>
        </Text>
      </Anchor>
    </Group>
  ));
}
