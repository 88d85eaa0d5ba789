import { List, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { ConfirmDelete } from "@/components/ConfirmDelete";
import { useDeleteDevice } from "./api/useDeleteDevice";

export function DeleteDevice({ device, onClose }: { device: Device; onClose: () => void }) {
  const { t } = useTranslation("devices");
  const remove = useDeleteDevice();
  const { owner } = device;
  return (
    <ConfirmDelete
      opened
      title={t("delete.title", { name: device.name })}
      name={device.name}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(device.id, { onSuccess: onClose })}
    >
      <Stack gap="xs">
        {t("delete.goes")}
        <List size="sm" withPadding>
          <List.Item>
            {owner
              ? t("delete.meter", { owner: owner.full_name ?? owner.username })
              : t("delete.meterFree")}
          </List.Item>
          <List.Item>{t("delete.readings")}</List.Item>
          <List.Item>{t("delete.alerts")}</List.Item>
        </List>
        {t("delete.after")}
      </Stack>
    </ConfirmDelete>
  );
}
