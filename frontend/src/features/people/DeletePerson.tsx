import { List, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useDevices } from "@/api/calls/useDevices";
import type { User } from "@/api/types";
import { useAccount } from "@/api/useSession";
import { ConfirmDelete } from "@/components/ConfirmDelete";
import { useDeletePerson } from "./api/useDeletePerson";

/** The largest page of devices; more are shown as "more than 200". */
const MAX_COUNTED = 200;

export function DeletePerson({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation("people");
  const remove = useDeletePerson();
  const self = useAccount().id === user.id;
  return (
    <ConfirmDelete
      opened
      title={t("delete.title", { name: user.full_name ?? user.username })}
      name={user.username}
      pending={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onConfirm={() => remove.mutate(user.id, { onSuccess: onClose })}
    >
      <Stack gap="xs">
        {t("delete.goes")}
        <List size="sm" withPadding>
          <List.Item>{t("delete.profile")}</List.Item>
          <List.Item>{t("delete.alerts")}</List.Item>
        </List>
        <Meters owner={user.id} />
        {self && (
          <Text size="sm" fw={600}>
            {t("delete.self")}
          </Text>
        )}
      </Stack>
    </ConfirmDelete>
  );
}

function Meters({ owner }: { owner: string }) {
  const { t } = useTranslation("people");
  const devices = useDevices({ owner_id: owner, limit: MAX_COUNTED });
  if (devices.isError) return t("delete.metersUnknown");
  if (!devices.data) return "…";
  const count = devices.data.items.length;
  if (devices.data.next_cursor !== null) return t("delete.metersMany", { count });
  return count === 0 ? t("delete.metersNone") : t("delete.meters", { count });
}
