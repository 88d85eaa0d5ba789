import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const schemes = [
  { scheme: "light", word: "top.themeLight", icon: IconSun },
  { scheme: "dark", word: "top.themeDark", icon: IconMoon },
  { scheme: "auto", word: "top.themeAuto", icon: IconDeviceDesktop },
] as const;

export function ThemeMenu() {
  const { t } = useTranslation();
  const { colorScheme } = useMantineColorScheme();
  const Icon = schemes.find(({ scheme }) => scheme === colorScheme)?.icon ?? IconDeviceDesktop;
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("top.theme")}>
          <Icon size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ThemeItems />
      </Menu.Dropdown>
    </Menu>
  );
}

export function ThemeItems() {
  const { t } = useTranslation();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return schemes.map(({ scheme, word, icon: Icon }) => (
    <Menu.Item
      key={scheme}
      leftSection={<Icon size={16} aria-hidden />}
      fw={scheme === colorScheme ? 650 : undefined}
      aria-current={scheme === colorScheme}
      onClick={() => setColorScheme(scheme)}
    >
      {t(word)}
    </Menu.Item>
  ));
}
