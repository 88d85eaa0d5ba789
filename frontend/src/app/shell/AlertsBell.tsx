import { ActionIcon, Indicator } from "@mantine/core";
import { IconBell } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useAlertCount } from "@/api/calls/useAlertCount";

export function AlertsBell() {
  const { t } = useTranslation();
  const count = useAlertCount().data ?? 0;
  return (
    <Indicator
      label={count > 99 ? "99+" : count}
      size={16}
      color="red.8"
      offset={6}
      disabled={count === 0}
    >
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={count === 0 ? t("top.alertsNone") : t("top.alertsCount", { count })}
        renderRoot={(props) => <Link to="/alerts" {...props} />}
      >
        <IconBell size={20} />
      </ActionIcon>
    </Indicator>
  );
}
