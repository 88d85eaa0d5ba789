import { Button, Center, Loader, Text } from "@mantine/core";
import { IconArrowDown } from "@tabler/icons-react";
import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Thread } from "@/api/thread";
import type { Conversation, Message } from "@/api/types";
import { useAccount } from "@/api/useSession";
import type { Unsent } from "@/features/chat/api/outbox";
import { useOutbox } from "@/features/chat/api/useOutbox";
import { useOlder, useReach } from "@/features/chat/api/useThread";
import { dayIn } from "@/i18n/zone";
import { browserZone } from "@/i18n/zones";
import { useConnection } from "@/realtime/LiveProvider";
import { useNames } from "./names";
import { Rows } from "./Rows";
import { rowsOf } from "./rows";
import { Tail } from "./Tail";
import classes from "./thread.module.css";
import { useDelivery } from "./useDelivery";
import { useDraft, useTyping } from "./useLive";
import { unreadIn, useReadMark } from "./useReadMark";
import { useScroll } from "./useScroll";

type Props = {
  conversation: Conversation;
  thread: Thread;
  /** It has only just begun, before the eyes of its reader: nothing in it is new to them. */
  begun: boolean;
  seq?: number;
  onFollow?: () => void;
  offer?: ReactNode;
};

/** What was said, from the oldest loaded down to what is being written now. */
export function Log({ conversation, thread, begun, seq, onFollow, offer }: Props) {
  const { t } = useTranslation(["chat", "common"]);
  const me = useAccount().id;
  const { id } = conversation;
  const { messages, older } = thread;
  const names = useNames(conversation);
  const outbox = useOutbox(id);
  const typing = useTyping(id);
  const draft = useDraft(id, conversation.episode);
  const fetchOlder = useOlder(id);
  const box = useRef<HTMLDivElement>(null);
  const unsent = outbox.unsent.filter(
    (held) => !messages.some(({ client_id }) => client_id === held.client_id),
  );

  const [readUpTo] = useState(() => (begun ? null : whatWasRead(conversation, messages, me)));
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
      if (older && !fetchOlder.isPending && !fetchOlder.isError) fetchOlder.mutate();
    },
  });
  useReadMark(conversation, messages, me, atNewest);
  useJump(box, { id, seq, shown: messages }, release);
  useHurryWhenLive(outbox.hurry);
  const delivery = useDelivery(conversation, last);
  const below = unreadIn(conversation, messages, me).length;

  const sending = unsent.at(-1)?.client_id;
  useEffect(() => {
    // One's own message is always looked at.
    if (sending) toNewest();
  }, [sending, toNewest]);

  return (
    <div className={classes.frame}>
      <div
        ref={box}
        className={classes.log}
        role="log"
        aria-label={t("thread.log", { name: names.title })}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
        tabIndex={0}
        onScroll={onScroll}
      >
        {(older || messages.length === 0) && (
          <Center mih={32}>
            {fetchOlder.isPending ? (
              <Loader size="xs" aria-label={t("thread.older")} />
            ) : older ? (
              <Button size="compact-xs" variant="subtle" onClick={() => fetchOlder.mutate()}>
                {t("common:action.showMore")}
              </Button>
            ) : (
              <Text size="xs" c="dimmed">
                {t("thread.empty")}
              </Text>
            )}
          </Center>
        )}
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
          className={classes.down}
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

/** Up to where the reader had read when they came; null when nothing was new to them. */
function whatWasRead(conversation: Conversation, messages: Message[], me: string): number | null {
  const mine = conversation.participants.find((person) => person.id === me);
  if (!mine) return null;
  // Whoever wrote had read what was before it.
  const own = messages.findLast(({ author }) => author.id === me)?.seq ?? 0;
  const read = Math.max(mine.last_read_seq, own);
  return read < (messages.at(-1)?.seq ?? 0) ? read : null;
}

/** What failed is told below the message, which makes it longer. */
const stateOf = (unsent: Unsent[]) => unsent.map(({ problem }) => (problem ? "failed" : "sending"));

/** Back to a message from a link, wherever it is; it is marked for a moment. */
function useJump(
  box: React.RefObject<HTMLDivElement | null>,
  { id, seq, shown }: { id: string; seq: number | undefined; shown: Message[] },
  release: () => void,
): void {
  const { mutate: reach } = useReach(id);
  const jumped = useRef<number>(undefined);
  useEffect(() => {
    if (seq !== undefined) reach(seq);
  }, [seq, reach]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with every message shown it may be there
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

function useHurryWhenLive(hurry: () => void): void {
  const { status } = useConnection();
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the connection is back, once
  useEffect(() => {
    if (status === "live") hurry();
  }, [status]);
}
