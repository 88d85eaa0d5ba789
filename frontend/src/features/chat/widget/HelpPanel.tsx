import { ActionIcon, FocusTrap, Group, Text, Title } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { StateBlock } from "@/components/StateBlock";
import { useHelpConversation } from "@/features/chat/api/useHelpConversation";
import { Composer } from "@/features/chat/thread/Composer";
import { StateLine } from "@/features/chat/thread/StateLine";
import { Thread } from "@/features/chat/thread/Thread";
import { ThreadLoading } from "@/features/chat/thread/ThreadLoading";
import { useProblemText } from "@/i18n/problem";
import { AskPerson } from "./AskPerson";
import classes from "./HelpPanel.module.css";
import { showHelp } from "./help";
import { QuickQuestions } from "./QuickQuestions";
import { RateHelp } from "./RateHelp";
import { Welcome } from "./Welcome";

const close = () => showHelp(false);

/** Beside the page on a wide screen, over it on a phone. */
export default function HelpPanel() {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const { list, conversation, send, askPerson } = useHelpConversation();
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  useFocus(panel, field, phone);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  };
  const withAssistant = !conversation || conversation.state === "ai_active";
  const error = send.error ?? askPerson.error;

  return (
    <FocusTrap active={phone} innerRef={panel}>
      <section
        className={classes.panel}
        role="dialog"
        aria-modal={phone || undefined}
        aria-label={t("helpOf")}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <div className={classes.head}>
          <Group wrap="nowrap" justify="space-between">
            <Title order={2} size="h4">
              {t("help")}
            </Title>
            <Group gap={4} wrap="nowrap">
              {(withAssistant || conversation?.state === "resolved") && (
                <AskPerson ask={askPerson} />
              )}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="lg"
                aria-label={t("common:action.close")}
                onClick={close}
              >
                <IconX size={20} />
              </ActionIcon>
            </Group>
          </Group>
          <StateLine conversation={conversation} />
        </div>
        <div className={classes.body}>
          <StateBlock query={list} skeleton={<ThreadLoading />}>
            {() =>
              conversation ? (
                <Thread
                  conversation={conversation}
                  onFollow={phone ? close : undefined}
                  offer={<AskPerson ask={askPerson} offered />}
                />
              ) : (
                <Welcome onAsk={(text) => send.mutate(text)} />
              )
            }
          </StateBlock>
        </div>
        {conversation?.state === "resolved" && (
          <RateHelp key={conversation.episode} conversation={conversation} />
        )}
        {error != null && (
          <Text className={classes.error} size="sm" role="alert">
            {describe(error)}
          </Text>
        )}
        {conversation && withAssistant && <QuickQuestions onAsk={(text) => send.mutate(text)} />}
        <Composer
          id="help"
          typingIn={conversation?.id}
          field={field}
          onSend={(text) => send.mutateAsync(text)}
        />
      </section>
    </FocusTrap>
  );
}

/** Focus the field, on a phone the panel (no on-screen keyboard); on closing, the help button. */
function useFocus(
  panel: React.RefObject<HTMLElement | null>,
  field: React.RefObject<HTMLTextAreaElement | null>,
  phone: boolean,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, on opening
  useEffect(() => {
    (phone ? panel : field).current?.focus();
    return () => {
      const buttons = [...document.querySelectorAll<HTMLElement>("[data-help]")];
      buttons
        .find((button) => button.offsetParent !== null || button.getClientRects().length)
        ?.focus();
    };
  }, []);
}
