import { ActionIcon, Kbd, Text, UnstyledButton } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/api/types";
import classes from "./SearchButton.module.css";

const SearchDialog = lazy(() => import("./SearchDialog"));

/** Opens the search dialog, which is loaded on first use. */
export function SearchButton({ account }: { account: Account }) {
  const { t } = useTranslation();
  const [openCount, setOpenCount] = useState(0);
  const open = () => setOpenCount((count) => count + 1);
  useHotkeys([["mod+K", open]], []);
  return (
    <>
      <UnstyledButton className={classes.button} onClick={open} visibleFrom="sm">
        <IconSearch size={16} aria-hidden />
        <Text size="sm" c="dimmed" flex={1}>
          {t("top.search")}
        </Text>
        <Kbd size="xs" aria-hidden>
          Ctrl K
        </Kbd>
      </UnstyledButton>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        ml="auto"
        hiddenFrom="sm"
        aria-label={t("top.search")}
        onClick={open}
      >
        <IconSearch size={20} />
      </ActionIcon>
      {openCount > 0 && (
        <Suspense>
          <SearchDialog openCount={openCount} account={account} />
        </Suspense>
      )}
    </>
  );
}
