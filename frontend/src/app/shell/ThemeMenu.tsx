import { ActionIcon, Menu, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

const schemes = [
  { scheme: "light", label: "top.themeLight", icon: IconSun },
  { scheme: "dark", label: "top.themeDark", icon: IconMoon },
  { scheme: "auto", label: "top.themeAuto", icon: IconDeviceDesktop },
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
  return schemes.map(({ scheme, label, icon: Icon }) => (
    <Menu.Item
      key={scheme}
      leftSection={<Icon size={16} aria-hidden />}
      fw={scheme === colorScheme ? 650 : undefined}
      aria-current={scheme === colorScheme}
      onClick={() => setColorScheme(scheme)}
    >
      {t(label)}
    </Menu.Item>
  ));
}
