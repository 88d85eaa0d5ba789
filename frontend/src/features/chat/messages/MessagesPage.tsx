import { Button } from "@mantine/core";
import { IconMessagePlus, IconMessages } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/api/useSession";
import { PageHeader } from "@/components/PageHeader";
import { EmptyState } from "@/components/StateBlock";
import { useConversations } from "@/features/chat/api/useConversations";
import classes from "@/features/chat/panes.module.css";
import { ConversationList } from "./ConversationList";
import { ConversationPane } from "./ConversationPane";
import { NewConversation } from "./NewConversation";

const route = getRouteApi("/member/messages");

/** The list and the open conversation side by side; on a phone one of them. */
export function MessagesPage() {
  const { t } = useTranslation("chat");
  const navigate = useNavigate();
  const { conversation: id, seq } = route.useSearch();
  const [starting, setStarting] = useState(false);
  const admin = useAccount().role === "admin";
  // Administrators answer support conversations in the inbox; clients have theirs in this list.
  const list = useConversations({ kind: admin ? "direct" : undefined, view: "mine", limit: 50 });
  const open = (conversation: string) =>
    void navigate({ to: "/messages", search: { conversation } });

  const empty = id === undefined && list.data?.length === 0;

  return (
    <div
      className={classes.page}
      data-open={id !== undefined || undefined}
      data-empty={empty || undefined}
    >
      <div className={classes.title}>
        <PageHeader
          title={t("messages")}
          actions={
            !empty && (
              <Button
                leftSection={<IconMessagePlus size={18} aria-hidden />}
                onClick={() => setStarting(true)}
              >
                {t("start.open")}
              </Button>
            )
          }
        />
      </div>
      <div className={classes.panes}>
        <div className={classes.list}>
          <ConversationList list={list} chosen={id} onStart={() => setStarting(true)} />
        </div>
        <section className={classes.open}>
          {id !== undefined && <ConversationPane key={id} id={id} seq={seq} />}
          {id === undefined && !empty && (
            <div className={classes.centered}>
              <EmptyState
                icon={<IconMessages size={26} />}
                title={t("list.chooseTitle")}
                text={t("list.chooseText")}
              />
            </div>
          )}
        </section>
      </div>
      <NewConversation
        opened={starting}
        onClose={() => setStarting(false)}
        onStarted={({ id: started }) => {
          setStarting(false);
          open(started);
        }}
      />
    </div>
  );
}
