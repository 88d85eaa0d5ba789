import {
  IconBell,
  IconBolt,
  IconGauge,
  IconHome,
  IconMailX,
  IconUser,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Role } from "@/api/types";

type PageName = "home" | "overview" | "meters" | "alerts" | "people" | "rejected" | "account";
export type NavPage = {
  name: PageName;
  to: "/" | "/meters" | "/alerts" | "/people" | "/rejected" | "/account";
  icon: TablerIcon;
};

const client: NavPage[] = [
  { name: "home", to: "/", icon: IconHome },
  { name: "alerts", to: "/alerts", icon: IconBell },
  { name: "account", to: "/account", icon: IconUser },
];

const admin: NavPage[] = [
  { name: "overview", to: "/", icon: IconGauge },
  { name: "meters", to: "/meters", icon: IconBolt },
  { name: "people", to: "/people", icon: IconUsers },
  { name: "alerts", to: "/alerts", icon: IconBell },
  { name: "rejected", to: "/rejected", icon: IconMailX },
];

/** What is in the navigation, the bottom tabs and the search, by role. */
export function pagesFor(role: Role): NavPage[] {
  return role === "admin" ? admin : client;
}
