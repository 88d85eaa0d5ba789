import { Button, Group, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SessionInfo } from "@/api/types";
import { ProblemAlert } from "@/components/ProblemAlert";
import { StateBlock } from "@/components/StateBlock";
import { useEndSessions, useSessions } from "./api/useSessions";
import { Section } from "./Section";
import { SessionRow } from "./SessionRow";
import { SuccessText } from "./SuccessText";

/** This browser first, then by last activity. */
function inOrder(sessions: SessionInfo[]): SessionInfo[] {
  return [...sessions].sort(
    (a, b) => Number(b.current) - Number(a.current) || b.last_used_at.localeCompare(a.last_used_at),
  );
}

export function SessionsSection() {
  const { t } = useTranslation("account");
  const sessions = useSessions();
  const end = useEndSessions();
  const others = (sessions.data ?? []).filter(({ current }) => !current).map(({ id }) => id);
  return (
    <Section title={t("sessions.title")} text={t("sessions.text")}>
      <StateBlock query={sessions} height={140}>
        {(all) => (
          <ul style={{ listStyle: "none", margin: 0, padding: 0 }}>
            {inOrder(all).map((info) => (
              <SessionRow
                key={info.id}
                info={info}
                pending={end.isPending}
                onEnd={() => end.mutate([info.id])}
              />
            ))}
          </ul>
        )}
      </StateBlock>
      {sessions.data && others.length === 0 && !end.isSuccess && (
        <Text size="sm" c="dimmed">
          {t("sessions.onlyThis")}
        </Text>
      )}
      <SuccessText>{end.isSuccess && t("sessions.ended", { count: end.data })}</SuccessText>
      <ProblemAlert reason={end.error} />
      {others.length > 0 && (
        <Group justify="flex-end" mt="sm">
          <Button
            variant="light"
            color="red"
            loading={end.isPending}
            onClick={() => end.mutate(others)}
          >
            {t("sessions.endOthers")}
          </Button>
        </Group>
      )}
    </Section>
  );
}
