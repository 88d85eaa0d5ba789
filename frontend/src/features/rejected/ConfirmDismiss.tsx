import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

type Props = { reason: string; count: number; onClose: () => void; onConfirm: () => void };

/** Dismissing all readings of a reason cannot be undone, so it asks first. */
export function ConfirmDismiss({ reason, count, onClose, onConfirm }: Props) {
  const { t } = useTranslation(["rejected", "common"]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("confirmDismiss.title")}
      closeButtonProps={{ "aria-label": t("common:action.close") }}
      styles={{ title: { fontWeight: 650, lineHeight: 1.35 } }}
    >
      <Stack>
        <Text fw={600}>{reason}</Text>
        <Text size="sm">{t("confirmDismiss.text", { count })}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("common:action.cancel")}
          </Button>
          <Button color="red" onClick={onConfirm} data-autofocus>
            {t("dismissAll")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
