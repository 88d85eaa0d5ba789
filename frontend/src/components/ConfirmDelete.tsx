import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemAlert } from "./ProblemAlert";

type Props = {
  title: string;
  /** The name that has to be typed to confirm. */
  name: string;
  /** What else is deleted. */
  children: ReactNode;
  opened: boolean;
  pending: boolean;
  error?: unknown;
  onClose: () => void;
  onConfirm: () => void;
};

export function ConfirmDelete(props: Props) {
  const { t } = useTranslation();
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      closeButtonProps={{ "aria-label": t("action.close") }}
      styles={{ title: { fontWeight: 650, lineHeight: 1.35 } }}
    >
      <ConfirmForm {...props} />
    </Modal>
  );
}

function ConfirmForm({ name, children, pending, error, onClose, onConfirm }: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === name) onConfirm();
      }}
    >
      <Stack>
        <Text size="sm" component="div">
          {children}
        </Text>
        <TextInput
          label={t("confirm.typeName", { name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        <ProblemAlert reason={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("action.cancel")}
          </Button>
          <Button type="submit" color="red" loading={pending} disabled={typed.trim() !== name}>
            {t("action.delete")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
