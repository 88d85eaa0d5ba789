import { Box } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { NavPage } from "../pages";
import classes from "./nav.module.css";

export function BottomTabs({ pages }: { pages: NavPage[] }) {
  const { t } = useTranslation();
  return (
    <Box component="nav" className={classes.tabs} hiddenFrom="sm" aria-label={t("nav.main")}>
      {pages.map(({ name, to, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className={classes.tab}
          activeOptions={{ exact: to === "/", includeSearch: false }}
        >
          <Icon size={22} stroke={1.75} aria-hidden />
          <span>{name === "rejected" ? t("nav.rejectedShort") : t(`nav.${name}`)}</span>
        </Link>
      ))}
    </Box>
  );
}
