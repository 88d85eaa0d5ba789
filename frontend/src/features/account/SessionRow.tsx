import { Badge, Button, Group, Stack, Text, ThemeIcon } from "@mantine/core";
import { IconDeviceDesktop, IconDeviceMobile, IconTerminal2 } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { session } from "@/api/session";
import type { SessionInfo } from "@/api/types";
import { TimeInText } from "@/components/TimeInText";
import { useFormat } from "@/i18n/format";
import { type Agent, readUserAgent } from "./userAgent";

type Props = { info: SessionInfo; pending: boolean; onEnd: () => void };

function iconOf(agent: Agent) {
  if (agent.kind === "script") return IconTerminal2;
  const mobile = agent.kind === "browser" && ["iPhone", "iPad", "Android"].includes(agent.system);
  return mobile ? IconDeviceMobile : IconDeviceDesktop;
}

export function SessionRow({ info, pending, onEnd }: Props) {
  const { t } = useTranslation(["account", "common"]);
  const format = useFormat();
  const agent = readUserAgent(info.user_agent);
  const Icon = iconOf(agent);
  const device = useDescribeDevice()(agent);
  const place = info.ip_address ?? t("sessions.unknownPlace");
  return (
    <Group component="li" py="sm" gap="sm" wrap="nowrap" align="flex-start">
      <ThemeIcon variant="light" size={36} radius="xl" aria-hidden>
        <Icon size={20} />
      </ThemeIcon>
      <Stack gap={2} flex={1} miw={0}>
        <Group gap="xs">
          <Text size="sm" fw={600} title={info.user_agent ?? undefined}>
            {device}
          </Text>
          {info.current && (
            <Badge variant="light" size="sm" tt="none">
              {t("sessions.this")}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {t("sessions.from", { place })} ·{" "}
          <TimeInText text={(when) => t("sessions.used", { when })} at={info.last_used_at} /> ·{" "}
          {t("sessions.since", { when: format.dateTime(info.created_at) })}
        </Text>
      </Stack>
      {info.current ? (
        <Button size="xs" variant="default" onClick={() => void session.signOut()}>
          {t("common:top.signOut")}
        </Button>
      ) : (
        <Button
          size="xs"
          variant="default"
          disabled={pending}
          aria-label={t("sessions.endOf", { device, place })}
          onClick={onEnd}
        >
          {t("sessions.end")}
        </Button>
      )}
    </Group>
  );
}

function useDescribeDevice(): (agent: Agent) => string {
  const { t } = useTranslation("account");
  return (agent) => {
    if (agent.kind === "browser") return t("device.on", agent);
    return agent.kind === "script" ? t("device.script", agent) : t("device.unknown");
  };
}
