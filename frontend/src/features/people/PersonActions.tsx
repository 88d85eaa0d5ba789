import { Menu } from "@mantine/core";
import { IconBolt, IconLock, IconLockOpen, IconPencil, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { RowMenu } from "@/components/RowMenu";

type Props = { user: User; onEdit: () => void; onToggle: () => void; onDelete: () => void };

export function PersonActions({ user, onEdit, onToggle, onDelete }: Props) {
  const { t } = useTranslation(["people", "common"]);
  const Lock = user.disabled ? IconLockOpen : IconLock;
  return (
    <RowMenu name={user.username}>
      <Menu.Item leftSection={<IconPencil size={16} aria-hidden />} onClick={onEdit}>
        {t("common:action.edit")}
      </Menu.Item>
      <Menu.Item
        leftSection={<IconBolt size={16} aria-hidden />}
        renderRoot={(props) => <Link to="/meters" search={{ owner: user.id }} {...props} />}
      >
        {t("action.meters")}
      </Menu.Item>
      <Menu.Item leftSection={<Lock size={16} aria-hidden />} onClick={onToggle}>
        {t(user.disabled ? "action.enable" : "action.disable")}
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
