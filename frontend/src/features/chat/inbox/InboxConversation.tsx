import { ActionIcon, Drawer, Title } from "@mantine/core";
import { useHotkeys, useMediaQuery } from "@mantine/hooks";
import { IconArrowLeft, IconLayoutSidebarRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useConversation } from "@/api/calls/useConversation";
import { Problem } from "@/api/problem";
import type { Conversation } from "@/api/types";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import classes from "@/features/chat/panes.module.css";
import type { InboxView } from "@/features/chat/search";
import { useNames } from "@/features/chat/thread/names";
import { OnlineDot } from "@/features/chat/thread/OnlineDot";
import { Thread } from "@/features/chat/thread/Thread";
import { Actions, Refusal } from "./Actions";
import { ClientAside } from "./ClientAside";
import { InboxState } from "./InboxState";
import { OperatorComposer } from "./OperatorComposer";
import { useActing } from "./useActing";

type Props = { id: string; seq: number | undefined; view: InboxView };

/** One client's conversation, what can be done with it, and the client beside it. */
export function InboxConversation({ id, seq, view }: Props) {
  const { t } = useTranslation("chat");
  const query = useConversation(id);
  const lost = query.error instanceof Problem && [404, 422].includes(query.error.status);
  if (lost || query.data?.kind === "direct") return <EmptyState title={t("list.gone")} />;
  return (
    <StateBlock query={query} height={240}>
      {(conversation) => <Open conversation={conversation} seq={seq} view={view} />}
    </StateBlock>
  );
}

type OpenProps = { conversation: Conversation; seq: number | undefined; view: InboxView };

function Open({ conversation, seq, view }: OpenProps) {
  const { t } = useTranslation(["chat", "common"]);
  const names = useNames(conversation);
  const acting = useActing(conversation);
  const wide = useMediaQuery("(min-width: 75em)");
  const [details, setDetails] = useState(false);
  const client = conversation.participants.find(({ id }) => id === conversation.client?.id);
  useHotkeys([
    ["C", () => acting.can.claim && acting.act({ what: "claim" })],
    ["E", () => acting.can.resolve && acting.act({ what: "resolve" })],
  ]);
  const aside = <ClientAside client={conversation.client} />;
  return (
    <div style={{ display: "flex", flex: 1, minHeight: 0 }}>
      <div className={classes.open}>
        <div className={classes.head}>
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
          <div className={classes.words}>
            <Title order={2} size="h5" lineClamp={1} title={names.title}>
              <OnlineDot online={client?.online} /> {names.title}
            </Title>
            <div data-testid="inbox-state">
              <InboxState conversation={conversation} />
            </div>
          </div>
          <div className={classes.actions}>
            <Actions acting={acting} />
          </div>
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
        <Refusal acting={acting} conversation={conversation} />
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
          closeButtonProps={{ "aria-label": t("common:action.close") }}
        >
          {aside}
        </Drawer>
      )}
    </div>
  );
}
