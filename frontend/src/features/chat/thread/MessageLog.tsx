import { Button, Center, Loader, Text } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Thread } from "@/api/thread";
import type { Conversation, Message } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useOutbox } from "@/features/chat/api/useOutbox";
import { useLoadBackTo, useLoadOlder } from "@/features/chat/api/useThread";
import { dayIn } from "@/i18n/zone";
import { browserZone } from "@/i18n/zones";
import type { Unsent } from "@/realtime/chatStore";
import { useConnection } from "@/realtime/LiveProvider";
import { useNames } from "./names";
import { Rows } from "./Rows";
import { rowsOf } from "./rows";
import { Tail } from "./Tail";
import classes from "./thread.module.css";
import { useDelivery } from "./useDelivery";
import { unreadIn, useReadMark } from "./useReadMark";
import { useScroll } from "./useScroll";
import { useDraft, useTyping } from "./useTyping";

type Props = {
  conversation: Conversation;
  thread: Thread;
  /** It was empty when the reader opened it, so no message gets the divider above it. */
  isNew: boolean;
  seq?: number;
  onFollow?: () => void;
  offer?: ReactNode;
};

/** The loaded messages, oldest first, then what is being sent and typed. */
export function MessageLog({ conversation, thread, isNew, seq, onFollow, offer }: Props) {
  const { t } = useTranslation("chat");
  const me = useAccount().id;
  const { id } = conversation;
  const { messages, hasOlder } = thread;
  const names = useNames(conversation);
  const outbox = useOutbox(id);
  const typing = useTyping(id);
  const draft = useDraft(id, conversation.episode);
  const loadOlder = useLoadOlder(id);
  const box = useRef<HTMLDivElement>(null);
  const unsent = outbox.unsent.filter(
    (message) => !messages.some(({ client_id }) => client_id === message.client_id),
  );

  const [readUpTo] = useState(() => (isNew ? null : findReadUpTo(conversation, messages, me)));
  const rows = useMemo(
    () => rowsOf(messages, { readUpTo, me, dayOf: (at) => dayIn(browserZone(), at) }),
    [messages, readUpTo, me],
  );

  const last = messages.at(-1);
  const { atNewest, onScroll, toNewest, release } = useScroll({
    box,
    length: [last?.id, messages.length, stateOf(unsent), typing.length, draft].join(),
    firstSeq: messages[0]?.seq ?? 0,
    onTop: () => {
      if (hasOlder && !loadOlder.isPending && !loadOlder.isError) loadOlder.mutate();
    },
  });
  useReadMark(conversation, messages, me, atNewest);
  useJump(box, { id, seq, shown: messages }, release);
  useRetryOnReconnect(outbox.retryNow);
  const delivery = useDelivery(conversation, last);
  const below = unreadIn(conversation, messages, me).length;

  const sending = unsent.at(-1)?.client_id;
  useEffect(() => {
    // The reader's own message is always shown.
    if (sending) toNewest();
  }, [sending, toNewest]);

  return (
    <div className={classes.frame}>
      <div
        ref={box}
        className={classes.log}
        role="log"
        aria-label={t("thread.log", { name: names.title })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable area must be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        <Top thread={thread} loadOlder={loadOlder} />
        <Rows
          rows={rows}
          names={names}
          delivery={unsent.length === 0 ? delivery : undefined}
          onFollow={onFollow}
        />
        <Tail
          conversation={conversation}
          last={last}
          outbox={{ ...outbox, unsent }}
          typing={typing}
          draft={draft}
          offer={offer}
        />
      </div>
      {!atNewest && (
        <Button
          className={classes.toNewest}
          size="xs"
          radius="xl"
          leftSection={<IconArrowDown size={14} aria-hidden />}
          onClick={toNewest}
        >
          {below > 0 ? t("thread.newBelow", { count: below }) : t("thread.toNewest")}
        </Button>
      )}
    </div>
  );
}

type TopProps = { thread: Thread; loadOlder: ReturnType<typeof useLoadOlder> };

/** Above the messages: loads older ones, or says that there are none at all. */
function Top({ thread: { messages, hasOlder }, loadOlder }: TopProps) {
  const { t } = useTranslation(["chat", "common"]);
  if (!hasOlder && messages.length > 0) return null;
  return (
    <Center mih={32}>
      {loadOlder.isPending ? (
        <Loader size="xs" aria-label={t("thread.older")} />
      ) : hasOlder ? (
        <Button size="compact-xs" variant="subtle" onClick={() => loadOlder.mutate()}>
          {t("common:action.showMore")}
        </Button>
      ) : (
        <Text size="xs" c="dimmed">
          {t("thread.empty")}
        </Text>
      )}
    </Center>
  );
}

/** The last `seq` the reader had read when they opened the thread; null when nothing was new. */
function findReadUpTo(conversation: Conversation, messages: Message[], me: string): number | null {
  const mine = conversation.participants.find((person) => person.id === me);
  if (!mine) return null;
  // Writing a message counts as having read those before it.
  const own = messages.findLast(({ author }) => author.id === me)?.seq ?? 0;
  const read = Math.max(mine.last_read_seq, own);
  return read < (messages.at(-1)?.seq ?? 0) ? read : null;
}

/** An error text makes the message higher, which changes the scroll position. */
const stateOf = (unsent: Unsent[]) => unsent.map(({ problem }) => (problem ? "failed" : "sending"));

/** Scroll to the message of a link, loading older ones if needed, and highlight it briefly. */
function useJump(
  box: React.RefObject<HTMLDivElement | null>,
  { id, seq, shown }: { id: string; seq: number | undefined; shown: Message[] },
  release: () => void,
): void {
  const { mutate: loadBackTo } = useLoadBackTo(id);
  const jumped = useRef<number>(undefined);
  useEffect(() => {
    if (seq !== undefined) loadBackTo(seq);
  }, [seq, loadBackTo]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each newly shown message may be the one
  useLayoutEffect(() => {
    if (seq === undefined || jumped.current === seq) return;
    const element = box.current?.querySelector<HTMLElement>(`[data-seq="${seq}"]`);
    if (!element) return;
    jumped.current = seq;
    release();
    element.scrollIntoView({ block: "center" });
    element.dataset.jumped = "true";
  }, [seq, shown]);
}

function useRetryOnReconnect(retryNow: () => void): void {
  const { status } = useConnection();
  // biome-ignore lint/correctness/useExhaustiveDependencies: once per change of the connection
  useEffect(() => {
    if (status === "live") retryNow();
  }, [status]);
}
