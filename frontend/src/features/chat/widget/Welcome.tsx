import { Text, ThemeIcon } from "@mantine/core";
import { IconMessageCircleQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "./HelpPanel.module.css";

/** Before the first word. */
export function Welcome() {
  const { t } = useTranslation("chat");
  return (
    <div className={classes.welcome}>
      <ThemeIcon size={52} radius="xl" variant="light" aria-hidden>
        <IconMessageCircleQuestion size={30} />
      </ThemeIcon>
      <Text fw={650} size="lg" mt="sm">
        {t("welcome.title")}
      </Text>
      <Text size="sm" c="dimmed" mt={4}>
        {t("welcome.text")}
      </Text>
    </div>
  );
}
