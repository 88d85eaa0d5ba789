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
  /** Shows the number of unread messages of this kind. */
  counted?: "support" | "direct";
  /** No bottom tab on a phone; the top bar links to it. */
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

/** The pages of the navigation, the bottom tabs and the search. */
export function pagesFor(role: Role): NavPage[] {
  return role === "admin" ? admin : client;
}
