import { Text, ThemeIcon } from "@mantine/core";
import { IconMessageCircleQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./HelpPanel.module.css";
import { QuickQuestions } from "./QuickQuestions";

/** Shown until the first message. */
export function Welcome({ onAsk }: { onAsk: (text: string) => void }) {
  const { t } = useTranslation("chat");
  return (
    <div className={classes.welcome}>
      <div className={classes.greeting}>
        <ThemeIcon size={48} radius="xl" variant="light" aria-hidden>
          <IconMessageCircleQuestion size={28} />
        </ThemeIcon>
        <Text fw={650} size="lg" mt="xs">
          {t("welcome.title")}
        </Text>
        <Text size="sm" c="dimmed" mt={4}>
          {t("welcome.text")}
        </Text>
      </div>
      <QuickQuestions whole onAsk={onAsk} />
    </div>
  );
}
