import { Anchor, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFlame, IconInfoCircle } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Toast } from "@/realtime/notices";

/** How a notice from elsewhere looks; a link in it opens without a reload. */
export function useShowToast(): (toast: Toast) => void {
  const router = useRouter();
  const { t } = useTranslation();
  return useCallback(
    ({ id, color, title, message, href }: Toast) => {
      const Icon = color === "red" ? IconFlame : IconInfoCircle;
      notifications.show({
        id,
        color,
        title,
        icon: <Icon size={20} aria-hidden />,
        autoClose: 12_000,
        withBorder: true,
        closeButtonProps: { "aria-label": t("action.close") },
        message: (
          <>
            <Text size="sm" c="var(--mantine-color-text)">
              {message}
            </Text>
            {href && (
              <Anchor
                href={href}
                size="sm"
                onClick={(event) => {
                  event.preventDefault();
                  notifications.hide(id);
                  router.history.push(href);
                }}
              >
                {t("live.open")}
              </Anchor>
            )}
          </>
        ),
      });
    },
    [router, t],
  );
}
