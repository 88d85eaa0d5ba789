import { Button, Card, Group, Stack, Text, Title } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDevice } from "@/api/calls/useDevice";
import type { Device } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { CorrectDialog, type Task } from "./CorrectDialog";
import { CorrectionList } from "./CorrectionList";
import { DeleteReadings } from "./DeleteReadings";
import { SuspiciousList } from "./SuspiciousList";

/** On the page of a meter: who changed which readings, and which look wrong. Administrators correct them here. */
export function DeviceCorrections({ id }: { id: string }) {
  const device = useDevice(id).data;
  return device ? <Corrections device={device} /> : null;
}

function Corrections({ device }: { device: Device }) {
  const { t } = useTranslation("corrections");
  const isAdmin = useAccount().role === "admin";
  const [task, setTask] = useState<Task | "delete" | null>(null);
  const [deleted, setDeleted] = useState<number | null>(null);
  const close = () => setTask(null);
  const start = (next: Task | "delete") => {
    setDeleted(null);
    setTask(next);
  };
  return (
    <Card component="section" aria-labelledby="device-corrections">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id="device-corrections">
          {t("title")}
        </Title>
        {isAdmin && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="light"
              leftSection={<IconPencil size={16} aria-hidden />}
              onClick={() => start({ kind: "replace", timestamp: null })}
            >
              {t("correct")}
            </Button>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconTrash size={16} aria-hidden />}
              onClick={() => start("delete")}
            >
              {t("deleteReadings")}
            </Button>
          </Group>
        )}
      </Group>
      <Text size="sm" role="status">
        {deleted !== null && t("deleted", { count: deleted })}
      </Text>
      <Stack gap="md">
        <section aria-labelledby="suspicious-readings">
          <Title order={3} size="h5" id="suspicious-readings" mb={4}>
            {t("suspicious")}
          </Title>
          <SuspiciousList
            device={device}
            onCorrect={isAdmin ? (kind, timestamp) => start({ kind, timestamp }) : undefined}
          />
        </section>
        <section aria-labelledby="corrections">
          <Title order={3} size="h5" id="corrections" mb={4}>
            {t("changes")}
          </Title>
          <CorrectionList device={device} />
        </section>
      </Stack>
      {task === "delete" && (
        <DeleteReadings
          device={device}
          onClose={close}
          onDeleted={(count) => {
            setDeleted(count);
            close();
          }}
        />
      )}
      {task !== null && task !== "delete" && (
        <CorrectDialog device={device} task={task} onClose={close} />
      )}
    </Card>
  );
}
