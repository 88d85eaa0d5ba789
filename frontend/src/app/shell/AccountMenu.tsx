import { Avatar, Box, Menu, Text, UnstyledButton } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconLogout, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { session } from "@/api/session";
import type { Account } from "@/api/types";
import { LanguageItems } from "./LanguageMenu";
import { ThemeItems } from "./ThemeMenu";

/** On a phone it also contains the language and the theme. */
export function AccountMenu({ account }: { account: Account }) {
  const { t } = useTranslation();
  // Not rendered on wide screens, rather than hidden by CSS: arrow keys would stop at hidden items.
  const phone = useMediaQuery("(max-width: 47.99em)");
  return (
    <Menu width={220}>
      <Menu.Target>
        <UnstyledButton
          aria-label={t("top.accountMenu", { name: account.username })}
          style={{ borderRadius: "50%" }}
        >
          {/* No initials: visible text would have to be part of the accessible name. */}
          <Avatar color="petrol" variant="filled" size={34} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Box px="sm" py={6}>
          <Text fw={600} size="sm">
            {account.username}
          </Text>
          <Text c="dimmed" size="xs">
            {t(`role.${account.role}`)}
          </Text>
        </Box>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconUser size={16} aria-hidden />}
          renderRoot={(props) => <Link to="/account" {...props} />}
        >
          {t("nav.account")}
        </Menu.Item>
        {phone && (
          <>
            <Menu.Divider />
            <Menu.Label>{t("top.language")}</Menu.Label>
            <LanguageItems />
            <Menu.Label>{t("top.theme")}</Menu.Label>
            <ThemeItems />
          </>
        )}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={16} aria-hidden />}
          onClick={() => void session.signOut()}
        >
          {t("top.signOut")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
