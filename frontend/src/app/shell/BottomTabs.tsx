import { Box } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { NavPage } from "../pages";
import classes from "./nav.module.css";
import { UnreadCount } from "./UnreadCount";

/** Shorter labels for names too wide for a tab. */
const shortNames: { [Name in NavPage["name"]]?: "nav.overviewShort" | "nav.rejectedShort" } = {
  overview: "nav.overviewShort",
  rejected: "nav.rejectedShort",
};

export function BottomTabs({ pages }: { pages: NavPage[] }) {
  const { t } = useTranslation();
  const tabs = pages.filter(({ noTab }) => !noTab);
  return (
    <Box component="nav" className={classes.tabs} hiddenFrom="sm" aria-label={t("nav.main")}>
      {tabs.map(({ name, to, icon: Icon, counted }) => (
        <Link
          key={to}
          to={to}
          className={classes.tab}
          activeOptions={{ exact: to === "/", includeSearch: false }}
        >
          <Icon size={22} stroke={1.75} aria-hidden />
          {counted && (
            <div className={classes.count}>
              <UnreadCount of={counted} />
            </div>
          )}
          <span>{t(shortNames[name] ?? `nav.${name}`)}</span>
        </Link>
      ))}
    </Box>
  );
}
