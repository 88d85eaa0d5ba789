import { Anchor, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconFlame, IconInfoCircle, IconMessage } from "@tabler/icons-react";
import { useRouter } from "@tanstack/react-router";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { Toast } from "@/realtime/notifier";

/** Renders the toasts of live events. */
export function useShowToast(): (toast: Toast) => void {
  const router = useRouter();
  const { t } = useTranslation();
  return useCallback(
    (toast: Toast) => {
      const { id, color, title, message, href, link, chat } = toast;
      const Icon = chat ? IconMessage : color === "red" ? IconFlame : IconInfoCircle;
      const shown = {
        id,
        color,
        title,
        icon: <Icon size={20} aria-hidden />,
        autoClose: 12_000,
        withBorder: true,
        closeButtonProps: { "aria-label": t("action.close") },
        message: (
          <>
            <Text size="sm" c="var(--mantine-color-text)" lineClamp={chat && 3}>
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
                {link ?? t(chat ? "live.read" : "live.open")}
              </Anchor>
            )}
          </>
        ),
      };
      if (chat !== "sound") notifications.show(shown);
      if (!chat) return;
      // A conversation has one toast, which shows its latest message.
      notifications.update(shown);
      void import("@/features/chat/notifications").then(({ notifyUser }) =>
        notifyUser(toast, () => href && router.history.push(href)),
      );
    },
    [router, t],
  );
}
