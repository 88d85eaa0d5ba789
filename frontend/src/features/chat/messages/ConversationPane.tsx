import { ActionIcon, Text, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link, Navigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useOutbox } from "@/features/chat/api/useOutbox";
import { useSupportAction } from "@/features/chat/api/useSupportActions";
import { ConversationLoader } from "@/features/chat/ConversationLoader";
import classes from "@/features/chat/panes.module.css";
import { Composer } from "@/features/chat/thread/Composer";
import { useNames } from "@/features/chat/thread/names";
import { OnlineDot } from "@/features/chat/thread/OnlineDot";
import { StateLine } from "@/features/chat/thread/StateLine";
import { Thread } from "@/features/chat/thread/Thread";
import { AskPerson } from "@/features/chat/widget/AskPerson";
import { RateHelp } from "@/features/chat/widget/RateHelp";
import { useProblemText } from "@/i18n/problem";

export function ConversationPane({ id, seq }: { id: string; seq: number | undefined }) {
  const admin = useAccount().role === "admin";
  return (
    <ConversationLoader id={id} back={<BackButton />}>
      {(conversation) =>
        admin && conversation.kind === "support" ? (
          <Navigate to="/inbox" search={{ view: "all", conversation: id, seq }} replace />
        ) : (
          <OpenConversation conversation={conversation} seq={seq} />
        )
      }
    </ConversationLoader>
  );
}

function OpenConversation({
  conversation,
  seq,
}: {
  conversation: Conversation;
  seq: number | undefined;
}) {
  const { t } = useTranslation("chat");
  const { describe } = useProblemText();
  const names = useNames(conversation);
  const { send } = useOutbox(conversation.id);
  const others = conversation.participants.filter(({ id }) => id !== names.me);
  const online = others.length === 1 ? others[0]?.online : null;
  const help = useOwnHelp(conversation, names.me);
  return (
    <>
      <div className={classes.head}>
        <BackButton />
        <div className={classes.text}>
          <Title order={2} size="h5" title={names.title}>
            <Text span inherit truncate>
              {names.title}
            </Text>
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
        {help.askable && <AskPerson ask={help.ask} />}
      </div>
      <Thread
        conversation={conversation}
        seq={seq}
        offer={help.askable && <AskPerson ask={help.ask} offered />}
      />
      {help.ratable && <RateHelp key={conversation.episode} conversation={conversation} />}
      {help.ask.error != null && (
        <Text px="md" py={4} size="sm" c="var(--mantine-color-error)" role="alert">
          {describe(help.ask.error)}
        </Text>
      )}
      <Composer id={conversation.id} typingIn={conversation.id} onSend={send} />
    </>
  );
}

/** The client's support conversation has the same actions here as in the help panel. */
function useOwnHelp(conversation: Conversation, me: string) {
  const { mutate, isPending, error } = useSupportAction(conversation.id);
  const { state, client } = conversation;
  const mine = client?.id === me;
  return {
    ask: { mutate: () => mutate({ what: "handoff" }), isPending, error },
    askable: mine && (state === "ai_active" || state === "resolved"),
    ratable: mine && state === "resolved",
  };
}

function BackButton() {
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
