import { Menu } from "@mantine/core";
import { IconPencil, IconPlugConnected, IconTrash, IconUser } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Device } from "@/api/types";
import { RowMenu } from "@/components/RowMenu";

type Props = {
  device: Device;
  onEdit: () => void;
  onAssign: () => void;
  onConnect: () => void;
  onDelete: () => void;
};

export function DeviceActions({ device, onEdit, onAssign, onConnect, onDelete }: Props) {
  const { t } = useTranslation(["devices", "common"]);
  return (
    <RowMenu name={device.name}>
      <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
        {t("common:action.edit")}
      </Menu.Item>
      <Menu.Item leftSection={<IconUser size={16} aria-hidden />} onClick={onAssign}>
        {t("action.assign")}
      </Menu.Item>
      <Menu.Item leftSection={<IconPlugConnected size={16} aria-hidden />} onClick={onConnect}>
        {t("action.connect")}
      </Menu.Item>
      <Menu.Divider />
      <Menu.Item
        c="var(--contor-over)"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={onDelete}
      >
        {t("action.delete")}
      </Menu.Item>
    </RowMenu>
  );
}
