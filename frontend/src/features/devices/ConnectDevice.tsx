import { Button, Code, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useFormat } from "@/i18n/format";
import { CopyBlock } from "./CopyBlock";
import { sendCommand, signInCommand } from "./commands";
import { FirstReading } from "./FirstReading";
import { exampleValue } from "./units";

/** The last step of creating a meter: how to send readings, and whether one has arrived. */
export function ConnectDevice({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation("devices");
  const format = useFormat();
  const { username } = useAccount();
  const { origin } = window.location;
  const value = format.number(exampleValue(device.unit), 5);
  return (
    <Stack>
      <FirstReading device={device} />
      <Text size="sm">{t("connect.intro")}</Text>
      <section>
        <Title order={3} size="h6" mb={8}>
          {t("connect.signIn")}
        </Title>
        <CopyBlock
          text={signInCommand(origin, username)}
          label={t("connect.copy", { step: t("connect.signIn") })}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {t("connect.signInHint")}
        </Text>
      </section>
      <section>
        <Title order={3} size="h6" mb={8}>
          {t("connect.send")}
        </Title>
        <CopyBlock
          text={sendCommand(origin, device)}
          label={t("connect.copy", { step: t("connect.send") })}
        />
        <Text size="xs" c="dimmed" mt={4}>
          {t("connect.sendHint", { value, unit: device.unit })}
        </Text>
      </section>
      <Text size="xs" c="dimmed">
        {t("connect.id")}: <Code>{device.id}</Code>
      </Text>
      <Group justify="flex-end">
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/meters/$deviceId" params={{ deviceId: device.id }} {...props} />
          )}
        >
          {t("connect.open")}
        </Button>
        <Button onClick={onClose}>{t("connect.done")}</Button>
      </Group>
    </Stack>
  );
}
