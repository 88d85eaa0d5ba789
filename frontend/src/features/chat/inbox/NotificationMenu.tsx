import { ActionIcon, Popover, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type NotificationPreferences,
  playChime,
  readPreferences,
  requestPermission,
  savePreferences,
} from "@/features/chat/notifications";

/** Sound and desktop notifications, both off by default. */
export function NotificationMenu() {
  const { t } = useTranslation("chat");
  const [preferences, setPreferences] = useState(readPreferences);
  const [blocked, setBlocked] = useState(false);
  const Icon = preferences.sound ? IconVolume : IconVolumeOff;
  const change = (changed: Partial<NotificationPreferences>) => {
    const next = { ...preferences, ...changed };
    setPreferences(next);
    savePreferences(next);
  };
  const changeDesktop = async (desktop: boolean) => {
    const allowed = !desktop || (await requestPermission());
    setBlocked(!allowed);
    change({ desktop: desktop && allowed });
  };
  return (
    <Popover position="bottom-end" width={280} trapFocus>
      <Popover.Target>
        <Tooltip label={t("prefs.open")}>
          <ActionIcon variant="default" size="lg" aria-label={t("prefs.open")}>
            <Icon size={20} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("prefs.open")}>
        <Stack gap="sm">
          <Switch
            label={t("prefs.sound")}
            checked={preferences.sound}
            onChange={(event) => {
              change({ sound: event.currentTarget.checked });
              if (event.currentTarget.checked) playChime();
            }}
          />
          <Switch
            label={t("prefs.desktop")}
            checked={preferences.desktop}
            error={blocked && t("prefs.blocked")}
            onChange={(event) => void changeDesktop(event.currentTarget.checked)}
          />
          <Text size="xs" c="dimmed">
            {t("prefs.thisBrowser")}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
