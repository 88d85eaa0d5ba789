import { ActionIcon, Drawer, Text, Title } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconLayoutSidebarRight } from "@tabler/icons-react";
import { Link, Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { ConversationLoader } from "@/features/chat/ConversationLoader";
import classes from "@/features/chat/panes.module.css";
import type { InboxView } from "@/features/chat/search";
import { useNames } from "@/features/chat/thread/names";
import { OnlineDot } from "@/features/chat/thread/OnlineDot";
import { Thread } from "@/features/chat/thread/Thread";
import { ActionError, MainActions, MoreActions } from "./Actions";
import { ClientAside } from "./ClientAside";
import { InboxState } from "./InboxState";
import { OperatorComposer } from "./OperatorComposer";
import { useConversationActions } from "./useConversationActions";

type Props = { id: string; seq: number | undefined; view: InboxView };

/** A support conversation with its actions and, beside it, the client's meters. */
export function InboxConversation({ id, seq, view }: Props) {
  return (
    <ConversationLoader id={id} back={<BackButton view={view} />}>
      {(conversation) =>
        conversation.kind === "direct" ? (
          <Navigate to="/messages" search={{ conversation: id, seq }} replace />
        ) : (
          <OpenConversation conversation={conversation} seq={seq} view={view} />
        )
      }
    </ConversationLoader>
  );
}

type OpenProps = { conversation: Conversation; seq: number | undefined; view: InboxView };

function OpenConversation({ conversation, seq, view }: OpenProps) {
  const { t } = useTranslation(["chat", "common"]);
  const names = useNames(conversation);
  const actions = useConversationActions(conversation);
  const wide = useMediaQuery("(min-width: 75em)");
  const [details, setDetails] = useState(false);
  const client = conversation.participants.find(({ id }) => id === conversation.client?.id);
  useHotkeys([
    ["C", () => actions.can.claim && actions.act({ what: "claim" })],
    ["E", () => actions.can.resolve && actions.act({ what: "resolve" })],
  ]);
  const aside = <ClientAside client={conversation.client} />;
  return (
    <div style={{ display: "flex", flex: 1, minHeight: 0 }}>
      <div className={classes.open}>
        <div className={classes.head}>
          <BackButton view={view} />
          <div className={classes.text}>
            <Title order={2} size="h5" title={names.title}>
              <OnlineDot online={client?.online} />
              <Text span inherit truncate>
                {names.title}
              </Text>
            </Title>
            <div data-testid="inbox-state">
              <InboxState conversation={conversation} />
            </div>
          </div>
          <div className={classes.actions}>
            <MainActions actions={actions} />
          </div>
          <MoreActions actions={actions} />
          {!wide && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label={t("queue.detailsOf", { name: names.title })}
              onClick={() => setDetails(true)}
            >
              <IconLayoutSidebarRight size={20} />
            </ActionIcon>
          )}
        </div>
        <ActionError actions={actions} conversation={conversation} />
        <Thread conversation={conversation} seq={seq} />
        <OperatorComposer conversation={conversation} />
      </div>
      {wide ? (
        <aside className={classes.aside} aria-label={t("queue.detailsOf", { name: names.title })}>
          {aside}
        </aside>
      ) : (
        <Drawer
          opened={details}
          onClose={() => setDetails(false)}
          title={t("queue.details")}
          styles={{ title: { fontWeight: 650 } }}
          closeButtonProps={{ "aria-label": t("common:action.close") }}
        >
          {aside}
        </Drawer>
      )}
    </div>
  );
}

function BackButton({ view }: { view: InboxView }) {
  const { t } = useTranslation("chat");
  return (
    <ActionIcon
      className={classes.back}
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={t("list.back")}
      renderRoot={(props) => <Link to="/inbox" search={{ view }} {...props} />}
    >
      <IconArrowLeft size={20} />
    </ActionIcon>
  );
}
