import { ActionIcon, Button, Group, Menu, Modal, Stack, Text } from "@mantine/core";
import { IconCopy, IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Message } from "@/api/types";
import { useNow } from "@/components/useNow";
import { useDeleteMessage } from "@/features/chat/api/useMessageChanges";
import { useFormat } from "@/i18n/format";
import { useProblemText } from "@/i18n/problem";
import classes from "./thread.module.css";

/** The default of the service, which decides: under other settings it rejects the change. */
const EDITABLE_MS = 15 * 60_000;

/** Actions for the reader's own messages. */
export function MessageMenu({ message, onEdit }: { message: Message; onEdit: () => void }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const [deleting, setDeleting] = useState(false);
  const editable = useNow() - Date.parse(message.created_at) < EDITABLE_MS;
  return (
    <>
      <Menu width={200}>
        <Menu.Target>
          <ActionIcon
            className={classes.menu}
            variant="subtle"
            color="gray"
            size="md"
            aria-label={t("thread.actions", { time: format.time(message.created_at) })}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={() => void navigator.clipboard?.writeText(message.text)}
          >
            {t("thread.copy")}
          </Menu.Item>
          {editable && (
            <>
              <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
                {t("thread.edit")}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconTrash size={16} aria-hidden />}
                c="var(--mantine-color-error)"
                onClick={() => setDeleting(true)}
              >
                {t("thread.delete")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <DeleteMessage message={message} opened={deleting} onClose={() => setDeleting(false)} />
    </>
  );
}

type DeleteProps = { message: Message; opened: boolean; onClose: () => void };

function DeleteMessage({ message, opened, onClose }: DeleteProps) {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const remove = useDeleteMessage(message);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("thread.deleteTitle")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      styles={{ title: { fontWeight: 650 } }}
    >
      <Stack>
        <Text size="sm">{t("thread.deleteText")}</Text>
        {remove.isError && (
          <Text c="var(--mantine-color-error)" size="sm" role="alert">
            {describe(remove.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("common:action.cancel")}
          </Button>
          <Button
            color="red.8"
            loading={remove.isPending}
            onClick={() => remove.mutate(undefined, { onSuccess: onClose })}
          >
            {t("common:action.delete")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
