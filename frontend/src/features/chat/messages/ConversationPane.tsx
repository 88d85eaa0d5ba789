import { ActionIcon, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useConversation } from "@/api/calls/useConversation";
import { Problem } from "@/api/problem";
import type { Conversation } from "@/api/types";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import { useOutbox } from "@/features/chat/api/useOutbox";
import classes from "@/features/chat/panes.module.css";
import { Composer } from "@/features/chat/thread/Composer";
import { useNames } from "@/features/chat/thread/names";
import { OnlineDot } from "@/features/chat/thread/OnlineDot";
import { StateLine } from "@/features/chat/thread/StateLine";
import { Thread } from "@/features/chat/thread/Thread";

/** One conversation with its field. */
export function ConversationPane({ id, seq }: { id: string; seq: number | undefined }) {
  const { t } = useTranslation("chat");
  const query = useConversation(id);
  if (query.error instanceof Problem && [404, 422].includes(query.error.status)) {
    return (
      <>
        <div className={classes.head}>
          <Back />
        </div>
        <EmptyState title={t("list.gone")} />
      </>
    );
  }
  return (
    <StateBlock query={query} height={240}>
      {(conversation) => <Open conversation={conversation} seq={seq} />}
    </StateBlock>
  );
}

function Open({ conversation, seq }: { conversation: Conversation; seq: number | undefined }) {
  const { t } = useTranslation("chat");
  const names = useNames(conversation);
  const { send } = useOutbox(conversation.id);
  const others = conversation.participants.filter(({ id }) => id !== names.me);
  const online = others.length === 1 ? others[0]?.online : null;
  return (
    <>
      <div className={classes.head}>
        <Back />
        <div className={classes.words}>
          <Title order={2} size="h5" lineClamp={1} title={names.title}>
            {names.title}
          </Title>
          {conversation.kind === "support" ? (
            <StateLine conversation={conversation} />
          ) : (
            online != null && (
              <Text size="xs" c="dimmed">
                <OnlineDot online={online} />{" "}
                <span aria-hidden>{t(online ? "online" : "offline")}</span>
              </Text>
            )
          )}
        </div>
      </div>
      <Thread conversation={conversation} seq={seq} />
      <Composer place={conversation.id} typingIn={conversation.id} onSend={send} />
    </>
  );
}

function Back() {
  const { t } = useTranslation("chat");
  return (
    <ActionIcon
      className={classes.back}
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={t("list.back")}
      renderRoot={(props) => <Link to="/messages" {...props} />}
    >
      <IconArrowLeft size={20} />
    </ActionIcon>
  );
}
