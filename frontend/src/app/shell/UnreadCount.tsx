import { Badge } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { type Unread, useUnread } from "@/api/calls/useUnread";

export function UnreadCount({ of }: { of: Unread }) {
  const { t } = useTranslation();
  const count = useUnread(of);
  if (count === 0) return null;
  return (
    <Badge size="sm" circle={count < 10} aria-label={t("help.navUnread", { count })}>
      {count > 99 ? "99+" : count}
    </Badge>
  );
}
