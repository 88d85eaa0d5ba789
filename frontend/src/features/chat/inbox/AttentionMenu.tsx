import { ActionIcon, Popover, Stack, Switch, Text, Tooltip } from "@mantine/core";
import { IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type Attention,
  chime,
  chooseAttention,
  chosenAttention,
  mayNotify,
} from "@/features/chat/attention";

/** Sound and desktop notifications: off until they are wished, and for this browser only. */
export function AttentionMenu() {
  const { t } = useTranslation("chat");
  const [chosen, setChosen] = useState(chosenAttention);
  const [blocked, setBlocked] = useState(false);
  const Icon = chosen.sound ? IconVolume : IconVolumeOff;
  const choose = (change: Partial<Attention>) => {
    const next = { ...chosen, ...change };
    setChosen(next);
    chooseAttention(next);
  };
  const chooseDesktop = async (desktop: boolean) => {
    const allowed = !desktop || (await mayNotify());
    setBlocked(!allowed);
    choose({ desktop: desktop && allowed });
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
            checked={chosen.sound}
            onChange={(event) => {
              choose({ sound: event.currentTarget.checked });
              if (event.currentTarget.checked) chime();
            }}
          />
          <Switch
            label={t("prefs.desktop")}
            checked={chosen.desktop}
            error={blocked && t("prefs.blocked")}
            onChange={(event) => void chooseDesktop(event.currentTarget.checked)}
          />
          <Text size="xs" c="dimmed">
            {t("prefs.here")}
          </Text>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
