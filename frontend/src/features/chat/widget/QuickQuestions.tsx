import { Button, UnstyledButton } from "@mantine/core";
import { IconArrowUpRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./HelpPanel.module.css";

const questions = ["yesterday", "hour", "month", "alert", "most"] as const;

type Props = {
  /** Full questions, one per line; else short labels in one row. */
  whole?: boolean;
  onAsk: (text: string) => void;
};

/** Frequent questions; a click sends the full question. */
export function QuickQuestions({ whole = false, onAsk }: Props) {
  const { t } = useTranslation("chat");
  return (
    <ul className={whole ? classes.questions : classes.quick} aria-label={t("quick.title")}>
      {questions.map((question) => {
        const text = t(`quick.${question}`);
        return (
          <li key={question}>
            {whole ? (
              <UnstyledButton className={classes.question} onClick={() => onAsk(text)}>
                {text}
                <IconArrowUpRight size={16} aria-hidden />
              </UnstyledButton>
            ) : (
              <Button
                size="compact-sm"
                radius="xl"
                variant="light"
                aria-label={text}
                title={text}
                onClick={() => onAsk(text)}
              >
                {t(`quick.short.${question}`)}
              </Button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
