import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { ErrorState } from "@/components/StateBlock";
import { useThread } from "@/features/chat/api/useThread";
import { useViewing } from "@/realtime/viewing";
import { Log } from "./Log";
import { ThreadLoading } from "./ThreadLoading";
import classes from "./thread.module.css";

type Props = {
  conversation: Conversation;
  /** The message to go to, when it is not the newest. */
  seq?: number;
  /** A link inside the application was followed. */
  onFollow?: () => void;
  /** Below an answer that offers a person, as long as nothing follows it. */
  offer?: ReactNode;
};

/** The messages of a conversation: loading, empty, error and what there is. */
export function Thread({ conversation, seq, onFollow, offer }: Props) {
  const { t } = useTranslation();
  const thread = useThread(conversation.id);
  useViewing(conversation.id);
  const [begun] = useState(conversation.last_seq === 0);
  if (thread.data) {
    return (
      <Log
        key={conversation.id}
        conversation={conversation}
        thread={thread.data}
        begun={begun}
        seq={seq}
        onFollow={onFollow}
        offer={offer}
      />
    );
  }
  return (
    <div className={classes.waiting}>
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
