import { Button, Group, Text } from "@mantine/core";
import { IconAlertCircle, IconRobot } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { isTransient } from "@/api/problem";
import type { Conversation, Message } from "@/api/types";
import { useAccount } from "@/api/useSession";
import type { useOutbox } from "@/features/chat/api/useOutbox";
import { useProblemText } from "@/i18n/problem";
import type { Typing, Unsent } from "@/realtime/chatStore";
import { Markdown } from "./Markdown";
import classes from "./thread.module.css";

type Outbox = Pick<ReturnType<typeof useOutbox>, "unsent" | "resend" | "discard">;
type Props = {
  conversation: Conversation;
  last: Message | undefined;
  outbox: Outbox;
  typing: Typing[];
  draft: string | null;
  offer?: ReactNode;
};

/** Below the messages: the offer of a person, unsent messages, the streamed answer, who is typing. */
export function Tail({ conversation, last, outbox, typing, draft, offer }: Props) {
  const { t } = useTranslation("chat");
  const me = useAccount().id;
  const answering = draft !== null && conversation.state === "ai_active";
  const offered = last?.offers_person && conversation.state === "ai_active";
  const retried = outbox.unsent.findIndex(({ problem }) => isTransient(problem));
  return (
    <>
      {offered && outbox.unsent.length === 0 && offer}
      {conversation.state === "waiting_human" && conversation.client?.id === me && (
        <Text className={classes.line}>{t("thread.meanwhile")}</Text>
      )}
      {outbox.unsent.map((unsent, index) => (
        <UnsentRow
          key={unsent.client_id}
          unsent={unsent}
          outbox={outbox}
          queued={retried >= 0 && index > retried}
        />
      ))}
      {answering && (
        <article
          className={classes.row}
          data-author="assistant"
          data-first
          aria-label={t("assistant")}
          aria-live="off"
          aria-busy="true"
        >
          <Group gap={4} className={classes.name} wrap="nowrap">
            <IconRobot size={14} aria-hidden />
            {t("assistant")}
          </Group>
          <div className={classes.bubble}>
            <Markdown text={draft} />
          </div>
        </article>
      )}
      {!answering && typing.length > 0 && <TypingLine typing={typing} />}
    </>
  );
}

type UnsentProps = { unsent: Unsent; outbox: Outbox; queued: boolean };

/** Being sent, retried, or failed; `queued`: waiting for an earlier message that is being retried. */
function UnsentRow({ unsent, outbox, queued }: UnsentProps) {
  const { t } = useTranslation("chat");
  const { describe } = useProblemText();
  const { text, note, problem } = unsent;
  return (
    <article
      className={classes.row}
      data-mine
      data-first
      data-note={note || undefined}
      data-unsent
      aria-label={t("you")}
    >
      <div className={classes.bubble}>
        <Markdown text={text} />
      </div>
      {problem == null ? (
        <Text className={classes.foot}>{t(queued ? "thread.waiting" : "thread.sending")}</Text>
      ) : (
        <Group gap={4} justify="flex-end" role="alert" mt={4}>
          <Text
            size="xs"
            c={isTransient(problem) ? "dimmed" : "var(--mantine-color-error)"}
            ta="end"
          >
            <IconAlertCircle size={14} className={classes.inline} aria-hidden />{" "}
            {t(isTransient(problem) ? "thread.notYet" : "thread.notSent")}: {describe(problem)}
          </Text>
          <Group gap={6} wrap="nowrap">
            <Button size="compact-xs" variant="light" onClick={() => outbox.resend(unsent)}>
              {t("thread.retry")}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => outbox.discard(unsent)}
            >
              {t("thread.discard")}
            </Button>
          </Group>
        </Group>
      )}
    </article>
  );
}

function TypingLine({ typing }: { typing: Typing[] }) {
  const { t } = useTranslation("chat");
  const [first] = typing;
  const text =
    typing.length > 1
      ? t("thread.typingMany")
      : first?.user === "assistant"
        ? t("thread.assistantTyping")
        : t("thread.typing", { name: first?.name ?? t("someone") });
  return (
    <Group gap={8} className={classes.typing} data-testid="typing">
      <span className={classes.dots} aria-hidden>
        <i />
        <i />
        <i />
      </span>
      <Text size="xs" c="dimmed">
        {text}
      </Text>
    </Group>
  );
}
