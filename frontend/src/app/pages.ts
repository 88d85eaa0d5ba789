import {
  IconBell,
  IconBolt,
  IconGauge,
  IconHeadset,
  IconHome,
  IconMailX,
  IconMessages,
  IconUser,
  IconUsers,
  type TablerIcon,
} from "@tabler/icons-react";
import type { Role } from "@/api/types";

export type NavPage = {
  name:
    | "home"
    | "overview"
    | "meters"
    | "alerts"
    | "people"
    | "inbox"
    | "messages"
    | "rejected"
    | "account";
  to: "/" | "/meters" | "/alerts" | "/people" | "/inbox" | "/messages" | "/rejected" | "/account";
  icon: TablerIcon;
  /** What waits to be read is counted beside it. */
  counted?: "support" | "direct";
  /** On a phone there is no room for its tab: something in the top bar leads there. */
  noTab?: boolean;
};

const client: NavPage[] = [
  { name: "home", to: "/", icon: IconHome },
  { name: "alerts", to: "/alerts", icon: IconBell },
  { name: "messages", to: "/messages", icon: IconMessages, counted: "direct" },
  { name: "account", to: "/account", icon: IconUser },
];

const admin: NavPage[] = [
  { name: "overview", to: "/", icon: IconGauge },
  { name: "meters", to: "/meters", icon: IconBolt },
  { name: "people", to: "/people", icon: IconUsers },
  { name: "inbox", to: "/inbox", icon: IconHeadset, counted: "support" },
  { name: "messages", to: "/messages", icon: IconMessages, counted: "direct" },
  { name: "alerts", to: "/alerts", icon: IconBell, noTab: true },
  { name: "rejected", to: "/rejected", icon: IconMailX },
];

/** What is in the navigation, the bottom tabs and the search, by role. */
export function pagesFor(role: Role): NavPage[] {
  return role === "admin" ? admin : client;
}
