import "@mantine/spotlight/styles.css";
import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { createSpotlight, Spotlight, type SpotlightActionGroupData } from "@mantine/spotlight";
import {
  IconBolt,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDevices } from "@/api/calls/useDevices";
import { usePeople } from "@/api/calls/usePeople";
import { session } from "@/api/session";
import type { Account } from "@/api/types";
import { languages } from "@/i18n/index";
import { pagesFor } from "../pages";
import { useChooseLanguage } from "./useChooseLanguage";

const [store, spotlight] = createSpotlight();

type Props = { openCount: number; account: Account };

/** Searches meters, people (administrators only), pages and actions; each new `openCount` opens it. */
export default function SearchDialog({ openCount, account }: Props) {
  const { t } = useTranslation();
  const [query, setQuery] = useState("");
  const groups = [...useSearchResults(query, account), ...usePagesAndActions(account)];

  // biome-ignore lint/correctness/useExhaustiveDependencies: each count opens it again
  useEffect(() => spotlight.open(), [openCount]);

  return (
    <Spotlight
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      actions={groups}
      limit={20}
      scrollable
      maxHeight={420}
      filter={(typed, all) => filterGroups(typed, all as SpotlightActionGroupData[])}
      nothingFound={t("top.searchEmpty")}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: t(`top.searchPlaceholder.${account.role}`),
        "aria-label": t("top.search"),
      }}
    />
  );
}

/** The server has already matched the "found:" items; pages and actions are matched here. */
function filterGroups(typed: string, groups: SpotlightActionGroupData[]) {
  const text = typed.trim().toLocaleLowerCase();
  return groups
    .map((group) => ({
      ...group,
      actions: group.actions.filter(
        ({ id, label }) =>
          id.startsWith("found:") || (label ?? "").toLocaleLowerCase().includes(text),
      ),
    }))
    .filter((group) => group.actions.length > 0);
}

function useSearchResults(query: string, account: Account): SpotlightActionGroupData[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [q] = useDebouncedValue(query.trim(), 200);
  const devices = useDevices({ q: q || undefined, limit: 6 });
  const people = usePeople({ q, limit: 6 }, account.role === "admin" && q !== "");
  return [
    {
      group: t("nav.meters"),
      actions: (devices.data?.items ?? []).map(({ id, name, address }) => ({
        id: `found:${id}`,
        label: name,
        description: address ?? undefined,
        leftSection: <IconBolt size={18} aria-hidden />,
        onClick: () => void navigate({ to: "/meters/$deviceId", params: { deviceId: id } }),
      })),
    },
    {
      group: t("nav.people"),
      actions: (q === "" ? [] : (people.data?.items ?? [])).map(({ id, username, full_name }) => ({
        id: `found:${id}`,
        label: full_name ?? username,
        description: username,
        leftSection: <IconUser size={18} aria-hidden />,
        onClick: () => void navigate({ to: "/people", search: { person: id } }),
      })),
    },
  ];
}

function usePagesAndActions(account: Account): SpotlightActionGroupData[] {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  const choose = useChooseLanguage();
  const other = i18n.language === "ro" ? "en" : "ro";
  return [
    {
      group: t("top.pages"),
      actions: pagesFor(account.role).map(({ name, to, icon: Icon }) => ({
        id: to,
        label: t(`nav.${name}`),
        leftSection: <Icon size={18} aria-hidden />,
        onClick: () => void navigate({ to }),
      })),
    },
    {
      group: t("top.actions"),
      actions: [
        {
          id: "dark",
          label: `${t("top.theme")}: ${t("top.themeDark")}`,
          leftSection: <IconMoon size={18} aria-hidden />,
          onClick: () => setColorScheme("dark"),
        },
        {
          id: "light",
          label: `${t("top.theme")}: ${t("top.themeLight")}`,
          leftSection: <IconSun size={18} aria-hidden />,
          onClick: () => setColorScheme("light"),
        },
        {
          id: "language",
          label: `${t("top.language")}: ${languages[other]}`,
          leftSection: <IconLanguage size={18} aria-hidden />,
          onClick: () => choose(other),
        },
        {
          id: "sign-out",
          label: t("top.signOut"),
          leftSection: <IconLogout size={18} aria-hidden />,
          onClick: () => void session.signOut(),
        },
      ],
    },
  ];
}
