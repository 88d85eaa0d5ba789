import { Button, Card, Group, Text, Title } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconRefresh } from "@tabler/icons-react";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RejectedGroup } from "@/api/types";
import { TimeInText } from "@/components/TimeInText";
import { type Decision, useDecide } from "./api/useDecide";
import { ConfirmDismiss } from "./ConfirmDismiss";
import { OutcomeNote } from "./OutcomeNote";
import { RejectedList } from "./RejectedList";
import { useReason } from "./reasons";

type Props = { group: RejectedGroup; onDecided: () => void };

/** The pending readings with one reason; empty, but still shown, after a decision about them. */
export function ReasonCard({ group, onDecided }: Props) {
  const { t } = useTranslation("rejected");
  const id = useId();
  const { title, hint } = useReason()(group.code);
  const [open, setOpen] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const decide = useDecide();
  const act = (what: Decision["what"], choice: Decision["choice"] = { code: group.code }) =>
    decide.mutate({ what, choice }, { onSuccess: onDecided });
  const hasPending = group.count > 0;
  const Chevron = open ? IconChevronUp : IconChevronDown;

  return (
    <Card component="section" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" gap="sm">
        <div style={{ flex: 1, minWidth: 220 }}>
          <Title order={2} size="h5" id={id}>
            {title}
          </Title>
          <Text size="sm" c="dimmed">
            {hint}
          </Text>
          {hasPending && (
            <Group gap="xs" fz="sm" mt={4}>
              <b>{t("count", { count: group.count })}</b>
              <Latest group={group} />
            </Group>
          )}
        </div>
        {hasPending && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="subtle"
              aria-expanded={open}
              aria-label={`${t(open ? "hide" : "show")}: ${title}`}
              rightSection={<Chevron size={14} aria-hidden />}
              onClick={() => setOpen(!open)}
            >
              {t(open ? "hide" : "show")}
            </Button>
            <Button
              size="xs"
              variant="light"
              leftSection={<IconRefresh size={14} aria-hidden />}
              aria-label={t("replayAllOf", { reason: title })}
              loading={decide.isPending}
              onClick={() => act("replay")}
            >
              {t("replayAll")}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={t("dismissAllOf", { reason: title })}
              disabled={decide.isPending}
              onClick={() => setConfirming(true)}
            >
              {t("dismissAll")}
            </Button>
          </Group>
        )}
      </Group>
      <OutcomeNote outcome={decide.data} reason={decide.error} />
      {open && hasPending && (
        <RejectedList
          code={group.code}
          pending={decide.isPending}
          onDecide={(what, reading) => act(what, { ids: [reading] })}
        />
      )}
      {confirming && (
        <ConfirmDismiss
          reason={title}
          count={group.count}
          onClose={() => setConfirming(false)}
          onConfirm={() => {
            setConfirming(false);
            act("dismiss");
          }}
        />
      )}
    </Card>
  );
}

function Latest({ group }: { group: RejectedGroup }) {
  const { t } = useTranslation("rejected");
  return (
    <Text size="sm" c="dimmed" component="span">
      {group.times > group.count && `${t("times", { count: group.times })}, `}
      <TimeInText text={(when) => t("latest", { when })} at={group.latest_at} />
    </Text>
  );
}
