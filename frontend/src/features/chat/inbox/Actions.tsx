import { ActionIcon, Alert, Button, Menu } from "@mantine/core";
import { IconCheck, IconDots, IconHandStop, IconRobot, IconUserShare } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import type { Conversation } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { useAdministrators } from "@/features/chat/api/useAddressees";
import { useProblemText } from "@/i18n/problem";
import type { Acting } from "./useActing";

/** Take over, resolve: what is to be done next. */
export function Actions({ acting }: { acting: Acting }) {
  const { t } = useTranslation("chat");
  const { can, act, pending } = acting;
  return (
    <>
      {can.claim && (
        <Button
          size="xs"
          leftSection={<IconHandStop size={16} aria-hidden />}
          loading={pending === "claim"}
          onClick={() => act({ what: "claim" })}
        >
          {t("queue.claim")}
        </Button>
      )}
      {acting.mine && (
        <Button
          size="xs"
          variant="light"
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={pending === "resolve"}
          onClick={() => act({ what: "resolve" })}
        >
          {t("queue.resolve")}
        </Button>
      )}
    </>
  );
}

/** What is done now and then. */
export function More({ acting }: { acting: Acting }) {
  const { t } = useTranslation("chat");
  const { can, act, operatorId } = acting;
  const me = useAccount().id;
  const colleagues = (useAdministrators(can.assign).data ?? []).filter(
    ({ id }) => id !== operatorId && id !== me,
  );
  if (!can.assign) return null;
  return (
    <Menu width={260}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("queue.actions")}>
          <IconDots size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {can.release && (
          <Menu.Item
            leftSection={<IconRobot size={16} aria-hidden />}
            onClick={() => act({ what: "release" })}
          >
            {t("queue.release")}
          </Menu.Item>
        )}
        {can.resolve && !acting.mine && (
          <Menu.Item
            leftSection={<IconCheck size={16} aria-hidden />}
            onClick={() => act({ what: "resolve" })}
          >
            {t("queue.resolve")}
          </Menu.Item>
        )}
        <Menu.Label>{t("queue.assign")}</Menu.Label>
        {colleagues.length === 0 && <Menu.Item disabled>{t("queue.noColleague")}</Menu.Item>}
        {colleagues.map(({ id, name, username }) => (
          <Menu.Item
            key={id}
            leftSection={<IconUserShare size={16} aria-hidden />}
            onClick={() => act({ what: "assign", operator_id: id })}
          >
            {t("queue.assignTo", { name: name ?? username ?? t("someone") })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Of two who take the same conversation one gets it; the other is told who. */
export function Refusal({ acting, conversation }: { acting: Acting; conversation: Conversation }) {
  const { t } = useTranslation(["chat", "common"]);
  const { describe } = useProblemText();
  const { error, dismiss } = acting;
  if (error == null) return null;
  const taken = error instanceof Problem && error.code === "already_claimed";
  const name = conversation.operator?.name;
  const words = taken
    ? name
      ? t("queue.taken", { name })
      : t("queue.takenBySomeone")
    : describe(error);
  return (
    <div>
      <Alert
        color={taken ? "amber" : "red"}
        variant="light"
        radius={0}
        p="xs"
        withCloseButton
        closeButtonLabel={t("common:action.close")}
        onClose={dismiss}
        role="alert"
      >
        {words}
      </Alert>
    </div>
  );
}
