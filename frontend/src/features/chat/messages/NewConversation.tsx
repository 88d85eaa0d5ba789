import {
  Button,
  Divider,
  Group,
  Modal,
  Stack,
  Text,
  TextInput,
  UnstyledButton,
} from "@mantine/core";
import { useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "@/api/problem";
import type { Addressee, Conversation } from "@/api/types";
import { StateBlock } from "@/components/StateBlock";
import { useAdministrators } from "@/features/chat/api/useAdministrators";
import { useStartConversation } from "@/features/chat/api/useStartConversation";
import classes from "@/features/chat/panes.module.css";
import { OnlineDot } from "@/features/chat/thread/OnlineDot";
import { useProblemText } from "@/i18n/problem";

type Props = {
  opened: boolean;
  onClose: () => void;
  onStarted: (conversation: Conversation) => void;
};

/** With an administrator, or with the user of an exact username. */
export function NewConversation({ opened, onClose, onStarted }: Props) {
  const { t } = useTranslation(["chat", "common"]);
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={t("start.title")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      styles={{ title: { fontWeight: 650 } }}
    >
      <Recipients onStarted={onStarted} />
    </Modal>
  );
}

function Recipients({ onStarted }: Pick<Props, "onStarted">) {
  const { t } = useTranslation("chat");
  const { describe } = useProblemText();
  const [username, setUsername] = useState("");
  const heading = useId();
  const administrators = useAdministrators();
  const start = useStartConversation();
  const startWith = (person: string) =>
    start.mutate({ kind: "direct", participants: [person] }, { onSuccess: onStarted });
  const unknown = start.error instanceof Problem && start.error.status === 422;
  return (
    <Stack>
      <div>
        <Text size="sm" fw={600} id={heading}>
          {t("start.admins")}
        </Text>
        <StateBlock
          query={administrators}
          height={80}
          isEmpty={(people) => people.length === 0}
          empty={
            <Text size="sm" c="dimmed">
              {t("start.noAdmins")}
            </Text>
          }
        >
          {(people) => (
            <ul
              className={classes.items}
              aria-labelledby={heading}
              style={{ maxHeight: 280, overflowY: "auto" }}
            >
              {people.map((person) => (
                <li key={person.id}>
                  <UnstyledButton
                    w="100%"
                    className={classes.item}
                    onClick={() => startWith(person.id)}
                  >
                    <Recipient person={person} />
                  </UnstyledButton>
                </li>
              ))}
            </ul>
          )}
        </StateBlock>
      </div>
      <Divider label={t("start.others")} />
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (username.trim() !== "") startWith(username.trim());
        }}
      >
        <TextInput
          label={t("start.username")}
          description={t("start.usernameHint")}
          value={username}
          maxLength={64}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus
          onChange={(event) => {
            setUsername(event.currentTarget.value);
            start.reset();
          }}
          error={start.isError && (unknown ? t("start.unknown") : describe(start.error))}
        />
        <Group justify="flex-end" mt="xs">
          <Button type="submit" loading={start.isPending} disabled={username.trim() === ""}>
            {t("start.submit")}
          </Button>
        </Group>
      </form>
    </Stack>
  );
}

function Recipient({ person }: { person: Addressee }) {
  const { t } = useTranslation("chat");
  return (
    <>
      <OnlineDot online={person.online} />
      <Text size="sm" truncate>
        {person.name ?? person.username ?? t("someone")}
      </Text>
    </>
  );
}
