import { NavLink } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { NavPage } from "../pages";
import classes from "./nav.module.css";
import { UnreadCount } from "./UnreadCount";

export function SideNav({ pages }: { pages: NavPage[] }) {
  const { t } = useTranslation();
  return pages.map(({ name, to, icon: Icon, counted }) => (
    <NavLink
      key={to}
      className={classes.link}
      label={t(`nav.${name}`)}
      leftSection={<Icon size={20} stroke={1.75} aria-hidden />}
      rightSection={counted && <UnreadCount of={counted} />}
      renderRoot={(props) => (
        <Link to={to} activeOptions={{ exact: to === "/", includeSearch: false }} {...props} />
      )}
    />
  ));
}
