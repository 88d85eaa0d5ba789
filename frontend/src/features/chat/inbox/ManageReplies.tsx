import { ActionIcon, Button, Card, Group, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { StateBlock } from "@/components/StateBlock";
import {
  type Reply,
  useCannedReplies,
  useDeleteReply,
  useSaveReply,
} from "@/features/chat/api/useCannedReplies";
import { MAX_MESSAGE_LENGTH } from "@/features/chat/thread/messageInput";
import { useProblemText } from "@/i18n/problem";

export function ManageReplies() {
  const { t } = useTranslation("chat");
  const { describe } = useProblemText();
  const replies = useCannedReplies();
  const remove = useDeleteReply();
  const [edited, setEdited] = useState<Reply | null>(null);
  if (edited) return <ReplyForm reply={edited} onDone={() => setEdited(null)} />;
  return (
    <Stack>
      <Button
        leftSection={<IconPlus size={18} aria-hidden />}
        onClick={() => setEdited({ title: "", text: "" })}
      >
        {t("canned.add")}
      </Button>
      {remove.isError && (
        <Text c="var(--mantine-color-error)" size="sm" role="alert">
          {describe(remove.error)}
        </Text>
      )}
      <StateBlock
        query={replies}
        isEmpty={(items) => items.length === 0}
        empty={<Text c="dimmed">{t("canned.empty")}</Text>}
      >
        {(items) => (
          <Stack gap="xs">
            {items.map((reply) => (
              <ReplyCard
                key={reply.id}
                reply={reply}
                pending={remove.isPending && remove.variables === reply.id}
                onEdit={() => setEdited(reply)}
                onDelete={() => remove.mutate(reply.id)}
              />
            ))}
          </Stack>
        )}
      </StateBlock>
    </Stack>
  );
}

type CardProps = { reply: Reply; pending: boolean; onEdit: () => void; onDelete: () => void };

/** Asks before deleting: the reply disappears for every operator. */
function ReplyCard({ reply: { title, text }, pending, onEdit, onDelete }: CardProps) {
  const { t } = useTranslation(["chat", "common"]);
  const [confirming, setConfirming] = useState(false);
  return (
    <Card withBorder shadow="none" padding="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={600} size="sm">
            {title}
          </Text>
          <Text size="sm" c="dimmed" lineClamp={3}>
            {text}
          </Text>
        </div>
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("canned.editOf", { name: title })}
            onClick={onEdit}
          >
            <IconPencil size={18} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("canned.deleteOf", { name: title })}
            aria-expanded={confirming}
            onClick={() => setConfirming(!confirming)}
          >
            <IconTrash size={18} />
          </ActionIcon>
        </Group>
      </Group>
      {confirming && (
        <Group gap="xs" mt="xs" justify="flex-end">
          <Text size="sm" mr="auto">
            {t("canned.deleteAsk")}
          </Text>
          <Button size="compact-sm" variant="default" onClick={() => setConfirming(false)}>
            {t("common:action.cancel")}
          </Button>
          <Button size="compact-sm" color="red.8" loading={pending} onClick={onDelete}>
            {t("common:action.delete")}
          </Button>
        </Group>
      )}
    </Card>
  );
}

function ReplyForm({ reply, onDone }: { reply: Reply; onDone: () => void }) {
  const { t } = useTranslation(["chat", "common"]);
  const { describe, fields } = useProblemText();
  const [title, setTitle] = useState(reply.title);
  const [text, setText] = useState(reply.text);
  const save = useSaveReply();
  const errors = fields(save.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({ ...reply, title: title.trim(), text: text.trim() }, { onSuccess: onDone });
      }}
    >
      <Stack>
        <TextInput
          label={t("canned.name")}
          required
          maxLength={200}
          value={title}
          error={errors.title}
          data-autofocus
          onChange={(event) => setTitle(event.currentTarget.value)}
        />
        <Textarea
          label={t("canned.text")}
          required
          autosize
          minRows={4}
          maxLength={MAX_MESSAGE_LENGTH}
          value={text}
          error={errors.text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {save.isError && (
          <Text c="var(--mantine-color-error)" size="sm" role="alert">
            {describe(save.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t("common:action.cancel")}
          </Button>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={title.trim() === "" || text.trim() === ""}
          >
            {t("canned.save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
