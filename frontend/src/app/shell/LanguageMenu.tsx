import { ActionIcon, Menu } from "@mantine/core";
import { IconLanguage } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { type Language, languages } from "@/i18n/index";
import { useChooseLanguage } from "./useChooseLanguage";

export function LanguageMenu() {
  const { t } = useTranslation();
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("top.language")}>
          <IconLanguage size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <LanguageItems />
      </Menu.Dropdown>
    </Menu>
  );
}

export function LanguageItems() {
  const { i18n } = useTranslation();
  const choose = useChooseLanguage();
  return Object.entries(languages).map(([language, name]) => (
    <Menu.Item
      key={language}
      lang={language}
      fw={i18n.language === language ? 650 : undefined}
      aria-current={i18n.language === language}
      onClick={() => choose(language as Language)}
    >
      {name}
    </Menu.Item>
  ));
}
