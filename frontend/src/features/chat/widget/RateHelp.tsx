import { Button, Group, Rating, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation } from "@/api/types";
import { useSupportAction } from "@/features/chat/api/useSupportActions";
import { useProblemText } from "@/i18n/problem";
import classes from "./HelpPanel.module.css";

/** Shown once the conversation is resolved. */
export function RateHelp({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation("chat");
  const { describe } = useProblemText();
  const [score, setScore] = useState(0);
  const [comment, setComment] = useState("");
  const act = useSupportAction(conversation.id);
  if (conversation.rated != null) {
    return (
      <div className={classes.rate} role="status">
        <Text size="sm">{t("rate.thanks", { score: conversation.rated })}</Text>
        <Text size="xs" c="dimmed">
          {t("rate.again")}
        </Text>
      </div>
    );
  }
  return (
    <form
      className={classes.rate}
      aria-label={t("rate.title")}
      onSubmit={(event) => {
        event.preventDefault();
        if (score > 0) act.mutate({ what: "rating", score, comment: comment.trim() });
      }}
    >
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {t("rate.title")}
          </Text>
          <Rating
            value={score}
            onChange={setScore}
            size="lg"
            color="var(--contor-ok)"
            role="radiogroup"
            aria-label={t("rate.stars")}
            getSymbolLabel={(count) => t("rate.star", { count })}
          />
        </Group>
        {score > 0 && (
          <>
            <Textarea
              aria-label={t("rate.comment")}
              placeholder={t("rate.comment")}
              autosize
              maxRows={4}
              maxLength={2000}
              value={comment}
              onChange={(event) => setComment(event.currentTarget.value)}
            />
            <Button
              type="submit"
              size="xs"
              loading={act.isPending}
              style={{ alignSelf: "flex-end" }}
            >
              {t("rate.send")}
            </Button>
          </>
        )}
        {act.isError && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {describe(act.error)}
          </Text>
        )}
      </Stack>
    </form>
  );
}
