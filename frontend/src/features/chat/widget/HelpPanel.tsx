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

/** The help of a client: beside the page on a wide screen, in its place on a phone. */
export default function HelpPanel() {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const phone = useMediaQuery("(max-width: 47.99em)", false, { getInitialValueInEffect: false });
  const { list, conversation, say, askPerson } = useHelpConversation();
  const field = useRef<HTMLTextAreaElement>(null);
  const panel = useRef<HTMLElement>(null);
  useFocus(panel, field, phone);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented) close();
  };
  const assistants = !conversation || conversation.state === "ai_active";
  const refused = say.error ?? askPerson.error;

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
              {(assistants || conversation?.state === "resolved") && <AskPerson ask={askPerson} />}
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
                <Welcome onAsk={(text) => say.mutate(text)} />
              )
            }
          </StateBlock>
        </div>
        {conversation?.state === "resolved" && (
          <RateHelp key={conversation.episode} conversation={conversation} />
        )}
        {refused != null && (
          <Text className={classes.refused} size="sm" role="alert">
            {describe(refused)}
          </Text>
        )}
        {conversation && assistants && <QuickQuestions onAsk={(text) => say.mutate(text)} />}
        <Composer
          place="help"
          typingIn={conversation?.id}
          field={field}
          onSend={(text) => say.mutateAsync(text)}
        />
      </section>
    </FocusTrap>
  );
}

/** Into the field where there is a keyboard; back to the button when it closes. */
function useFocus(
  panel: React.RefObject<HTMLElement | null>,
  field: React.RefObject<HTMLTextAreaElement | null>,
  phone: boolean,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: when it opens
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
