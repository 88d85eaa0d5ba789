import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { ErrorState } from "@/components/StateBlock";
import { useThread } from "@/features/chat/api/useThread";
import { useVisibleConversation } from "@/realtime/visibility";
import { MessageLog } from "./MessageLog";
import { ThreadLoading } from "./ThreadLoading";
import classes from "./thread.module.css";

type Props = {
  conversation: Conversation;
  /** The message to scroll to instead of the newest. */
  seq?: number;
  /** Called when a link inside the application is followed. */
  onFollow?: () => void;
  /** Shown below an answer that offers a person, while it is the last message. */
  offer?: ReactNode;
};

export function Thread({ conversation, seq, onFollow, offer }: Props) {
  const { t } = useTranslation();
  const thread = useThread(conversation.id);
  useVisibleConversation(conversation.id);
  const [isNew] = useState(conversation.last_seq === 0);
  if (thread.data) {
    return (
      <MessageLog
        key={conversation.id}
        conversation={conversation}
        thread={thread.data}
        isNew={isNew}
        seq={seq}
        onFollow={onFollow}
        offer={offer}
      />
    );
  }
  return (
    <div className={classes.placeholder}>
      {thread.isError ? (
        <ErrorState reason={thread.error} retry={() => void thread.refetch()} />
      ) : (
        <div role="status" aria-busy="true" aria-label={t("state.loading")}>
          <ThreadLoading />
        </div>
      )}
    </div>
  );
}
