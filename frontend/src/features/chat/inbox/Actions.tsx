import { ActionIcon, Alert, Button, Menu } from "@mantine/core";
import { IconCheck, IconDots, IconHandStop, IconRobot, IconUserShare } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useAdministrators } from "@/features/chat/api/useAdministrators";
import { useProblemText } from "@/i18n/problem";
import type { ConversationActions } from "./useConversationActions";

export function MainActions({ actions }: { actions: ConversationActions }) {
  const { t } = useTranslation("chat");
  const { can, act, pending } = actions;
  return (
    <>
      {can.claim && (
        <Button
          size="xs"
          leftSection={<IconHandStop size={16} aria-hidden />}
          loading={pending === "claim"}
          onClick={() => act({ what: "claim" })}
        >
          {t("queue.claim")}
        </Button>
      )}
      {actions.mine && (
        <Button
          size="xs"
          variant="light"
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={pending === "resolve"}
          onClick={() => act({ what: "resolve" })}
        >
          {t("queue.resolve")}
        </Button>
      )}
    </>
  );
}

export function MoreActions({ actions }: { actions: ConversationActions }) {
  const { t } = useTranslation("chat");
  const { can, act, operatorId } = actions;
  const me = useAccount().id;
  const colleagues = (useAdministrators(can.assign).data ?? []).filter(
    ({ id }) => id !== operatorId && id !== me,
  );
  if (!can.assign) return null;
  return (
    <Menu width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("queue.actions")}>
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {can.release && (
          <Menu.Item
            leftSection={<IconRobot size={16} aria-hidden />}
            onClick={() => act({ what: "release" })}
          >
            {t("queue.release")}
          </Menu.Item>
        )}
        {can.resolve && !actions.mine && (
          <Menu.Item
            leftSection={<IconCheck size={16} aria-hidden />}
            onClick={() => act({ what: "resolve" })}
          >
            {t("queue.resolve")}
          </Menu.Item>
        )}
        <Menu.Label>{t("queue.assign")}</Menu.Label>
        {colleagues.length === 0 && <Menu.Item disabled>{t("queue.noColleague")}</Menu.Item>}
        {colleagues.map(({ id, name, username }) => (
          <Menu.Item
            key={id}
            leftSection={<IconUserShare size={16} aria-hidden />}
            onClick={() => act({ what: "assign", operator_id: id })}
          >
            {t("queue.assignTo", { name: name ?? username ?? t("someone") })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** When a colleague has claimed the conversation first, the error names them. */
export function ActionError({
  actions,
  conversation,
}: {
  actions: ConversationActions;
  conversation: Conversation;
}) {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const { error, dismiss } = actions;
  if (error == null) return null;
  const taken = error instanceof Problem && error.code === "already_claimed";
  const name = conversation.operator?.name;
  const text = taken
    ? name
      ? t("queue.taken", { name })
      : t("queue.takenBySomeone")
    : describe(error);
  return (
    <div>
      <Alert
        color={taken ? "amber" : "red"}
        variant="light"
        radius={0}
        p="xs"
        withCloseButton
        closeButtonLabel={t("common:action.close")}
        onClose={dismiss}
        role="alert"
      >
        {text}
      </Alert>
    </div>
  );
}
