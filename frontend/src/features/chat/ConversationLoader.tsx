import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useConversation } from "@/api/calls/useConversation";
import { isMissing } from "@/api/problem";
import type { Conversation } from "@/api/types";
import { EmptyState, StateBlock } from "@/components/StateBlock";
import classes from "./panes.module.css";
import { ConversationLoading } from "./thread/ThreadLoading";

type Props = { id: string; back: ReactNode; children: (conversation: Conversation) => ReactNode };

/** Renders its children once the conversation is loaded; says so, with a way back, when there is none. */
export function ConversationLoader({ id, back, children }: Props) {
  const { t } = useTranslation("chat");
  const query = useConversation(id);
  if (isMissing(query.error)) {
    return (
      <>
        <div className={classes.head}>{back}</div>
        <div className={classes.centered}>
          <EmptyState title={t("list.gone")} />
        </div>
      </>
    );
  }
  return (
    <StateBlock query={query} skeleton={<ConversationLoading />}>
      {children}
    </StateBlock>
  );
}
