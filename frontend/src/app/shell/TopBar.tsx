import { Box, Group, Text, UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { Account } from "@/api/types";
import { Logo } from "@/components/Logo";
import { HelpButton } from "@/features/chat/widget/HelpButton";
import { AccountMenu } from "./AccountMenu";
import { AlertsBell } from "./AlertsBell";
import { ConnectionState } from "./ConnectionState";
import { LanguageMenu } from "./LanguageMenu";
import { SearchButton } from "./SearchButton";
import { ThemeMenu } from "./ThemeMenu";

export function TopBar({ account }: { account: Account }) {
  return (
    <Group h="100%" px={{ base: "sm", sm: "md" }} justify="space-between" wrap="nowrap" gap="xs">
      <UnstyledButton renderRoot={(props) => <Link to="/" aria-label="Contor" {...props} />}>
        <Group gap="xs" wrap="nowrap">
          <Logo size={28} />
          <Text fw={700} visibleFrom="xs">
            Contor
          </Text>
        </Group>
      </UnstyledButton>
      <SearchButton account={account} />
      <Group gap={4} wrap="nowrap">
        <ConnectionState />
        {account.role === "client" && <HelpButton />}
        <AlertsBell />
        <Box visibleFrom="sm">
          <Group gap={4} wrap="nowrap">
            <LanguageMenu />
            <ThemeMenu />
          </Group>
        </Box>
        <AccountMenu account={account} />
      </Group>
    </Group>
  );
}
