import { Anchor, Button, Code, Group, Stack, Text } from "@mantine/core";
import { IconRefresh, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import type { RejectedReading } from "@/api/types";
import { RelativeTime } from "@/components/RelativeTime";
import { formatPayload } from "./formatPayload";
import classes from "./rejected.module.css";

type Props = {
  reading: RejectedReading;
  pending: boolean;
  onDecide: (what: "replay" | "dismiss", id: string) => void;
};

export function RejectedItem({ reading, pending, onDecide }: Props) {
  const { t } = useTranslation("rejected");
  const { id, device_id, detail, payload, times, received_at } = reading;
  return (
    <li className={classes.item}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <Stack gap={2} flex={1} miw={220}>
          <Group gap="xs" fz="sm">
            {device_id === null ? (
              t("noMeter")
            ) : (
              <DeviceName id={device_id} missing={reading.code === "unknown_device"} />
            )}
            <span aria-hidden>·</span>
            <RelativeTime at={received_at} />
            <span aria-hidden>·</span>
            {t("times", { count: times })}
          </Group>
          {/* Not translated: the service's detail, which names the field. */}
          <Text size="xs" c="dimmed" lang="en">
            {detail}
          </Text>
        </Stack>
        <Group gap="xs">
          <Button
            size="xs"
            variant="light"
            leftSection={<IconRefresh size={14} aria-hidden />}
            aria-label={t("replayOne")}
            disabled={pending}
            onClick={() => onDecide("replay", id)}
          >
            {t("replay")}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconX size={14} aria-hidden />}
            aria-label={t("dismissOne")}
            disabled={pending}
            onClick={() => onDecide("dismiss", id)}
          >
            {t("dismiss")}
          </Button>
        </Group>
      </Group>
      <Code
        block
        mt="xs"
        mah={200}
        tabIndex={0}
        aria-label={t("payload")}
        className={classes.payload}
      >
        {formatPayload(payload)}
      </Code>
    </li>
  );
}

/** The name of an existing meter as a link; only the id of an unknown one. */
function DeviceName({ id, missing }: { id: string; missing: boolean }) {
  const { t } = useTranslation("rejected");
  const device = useDevice(id, !missing);
  if (!device.data) {
    return (
      <span>
        {t("meter")} <Code>{id}</Code>
      </span>
    );
  }
  return (
    <Anchor
      inherit
      renderRoot={(props) => <Link to="/meters/$deviceId" params={{ deviceId: id }} {...props} />}
    >
      {device.data.name}
    </Anchor>
  );
}
