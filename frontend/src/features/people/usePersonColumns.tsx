import { Badge, Box, Group, Text } from "@mantine/core";
import { IconLock } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { User } from "@/api/types";
import { useAccount } from "@/api/useSession";
import type { Column } from "@/components/DataTable";
import { useFormat } from "@/i18n/format";

/** On a phone the full name is shown under the username, and other columns are hidden. */
export function usePersonColumns(actions: Column<User>["render"]): Column<User>[] {
  const { t } = useTranslation(["people", "common"]);
  const format = useFormat();
  return [
    {
      key: "username",
      header: t("column.username"),
      sort: "username",
      render: (user) => <Username user={user} />,
    },
    {
      key: "full_name",
      header: t("column.fullName"),
      sort: "full_name",
      wide: true,
      render: (user) => user.full_name ?? "–",
    },
    {
      key: "email",
      header: t("column.email"),
      wide: true,
      // An address does not wrap; without a minimum width, long names would cut it off.
      render: (user) => (user.email ? <Box miw={170}>{user.email}</Box> : "–"),
    },
    {
      key: "role",
      header: t("column.role"),
      nowrap: true,
      render: (user) => (
        <Badge
          variant="light"
          color={user.role === "admin" ? "petrol" : "gray"}
          tt="none"
          miw="max-content"
        >
          {t(`common:role.${user.role}`)}
        </Badge>
      ),
    },
    {
      key: "created",
      header: t("column.created"),
      sort: "created_at",
      nowrap: true,
      wide: true,
      render: (user) => format.date(user.created_at),
    },
    {
      key: "actions",
      header: t("common:table.actions"),
      hideHeader: true,
      align: "right",
      render: actions,
    },
  ];
}

function Username({ user }: { user: User }) {
  const { t } = useTranslation("people");
  const self = useAccount().id === user.id;
  return (
    <>
      <Group gap={6}>
        <Text size="sm" fw={600} c={user.disabled ? "dimmed" : undefined}>
          {user.username}
        </Text>
        {self && (
          <Text size="xs" c="dimmed">
            ({t("you")})
          </Text>
        )}
        {user.disabled && (
          <Badge
            size="sm"
            variant="outline"
            color="gray"
            tt="none"
            leftSection={<IconLock size={12} aria-hidden />}
          >
            {t("disabled")}
          </Badge>
        )}
      </Group>
      <Box hiddenFrom="sm" fz="xs" c="dimmed">
        {user.full_name}
      </Box>
    </>
  );
}
