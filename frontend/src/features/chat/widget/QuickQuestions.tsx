import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./HelpPanel.module.css";

const questions = ["yesterday", "hour", "month", "alert", "most"] as const;

/** What most people ask, one press away; each is sent as it is written. */
export function QuickQuestions({ wide, onAsk }: { wide: boolean; onAsk: (text: string) => void }) {
  const { t } = useTranslation("chat");
  return (
    <ul className={classes.quick} data-wide={wide || undefined} aria-label={t("quick.title")}>
      {questions.map((question) => (
        <li key={question}>
          <Button
            size="compact-sm"
            radius="xl"
            variant="light"
            onClick={() => onAsk(t(`quick.${question}`))}
          >
            {t(`quick.${question}`)}
          </Button>
        </li>
      ))}
    </ul>
  );
}
