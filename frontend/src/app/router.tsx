import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { SessionState } from "@/api/session";
import { useAccount } from "@/api/useSession";
import { parseAlerts } from "@/features/alerts/search";
import { parseNext } from "@/features/auth/next";
import { parseInbox, parseMessages } from "@/features/chat/search";
import { parseDevices } from "@/features/devices/search";
import { parseMeter } from "@/features/meters/search";
import { parsePerson } from "@/features/people/search";
import { withNamespace } from "@/i18n/index";
import { Forbidden, NotFound, PageCrashed } from "./ErrorPages";

/*
 * No page path may begin with /auth, /users, /devices, /monitoring, /chat or /ws: the gateway
 * routes those to the services.
 */
const root = createRootRouteWithContext<{ session: SessionState }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

const open = createRoute({
  getParentRoute: () => root,
  id: "open",
  validateSearch: parseNext,
  beforeLoad: ({ context, search }) => {
    if (context.session.status === "signed-in") throw redirect({ href: search.next ?? "/" });
  },
});

const signIn = createRoute({
  getParentRoute: () => open,
  path: "/sign-in",
  component: lazyRouteComponent(() => import("@/features/auth/SignInPage"), "SignInPage"),
});

const register = createRoute({
  getParentRoute: () => open,
  path: "/register",
  component: lazyRouteComponent(() => import("@/features/auth/RegisterPage"), "RegisterPage"),
});

const member = createRoute({
  getParentRoute: () => root,
  id: "member",
  component: lazyRouteComponent(() => import("./shell/Shell"), "Shell"),
  beforeLoad: ({ context, location }) => {
    if (context.session.status === "signed-in") return;
    // After signing out, the next user may be a different one and starts at the home page.
    const signedOut =
      context.session.status === "signed-out" && context.session.reason === "signed-out";
    const next = signedOut || location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/sign-in", search: { next } });
  },
});

const home = createRoute({
  getParentRoute: () => member,
  path: "/",
  component: lazyRouteComponent(() => import("./routes/HomeRoute"), "HomeRoute"),
});

const meter = createRoute({
  getParentRoute: () => member,
  path: "/meters/$deviceId",
  validateSearch: parseMeter,
  component: lazyRouteComponent(() => import("./routes/MeterRoute"), "MeterRoute"),
});

const alerts = createRoute({
  getParentRoute: () => member,
  path: "/alerts",
  validateSearch: parseAlerts,
  component: lazyRouteComponent(() => import("@/features/alerts/AlertsPage"), "AlertsPage"),
});

const account = createRoute({
  getParentRoute: () => member,
  path: "/account",
  component: lazyRouteComponent(() => import("@/features/account/AccountPage"), "AccountPage"),
});

const messages = createRoute({
  getParentRoute: () => member,
  path: "/messages",
  validateSearch: parseMessages,
  component: lazyRouteComponent(
    () => withNamespace("chat", import("@/features/chat/messages/MessagesPage")),
    "MessagesPage",
  ),
});

const admin = createRoute({
  getParentRoute: () => member,
  id: "admin",
  component: () => (useAccount().role === "admin" ? <Outlet /> : <Forbidden />),
});

const people = createRoute({
  getParentRoute: () => admin,
  path: "/people",
  validateSearch: parsePerson,
  component: lazyRouteComponent(() => import("@/features/people/PeoplePage"), "PeoplePage"),
});

const devices = createRoute({
  getParentRoute: () => admin,
  path: "/meters",
  validateSearch: parseDevices,
  component: lazyRouteComponent(() => import("./routes/DevicesRoute"), "DevicesRoute"),
});

const rejected = createRoute({
  getParentRoute: () => admin,
  path: "/rejected",
  component: lazyRouteComponent(() => import("@/features/rejected/RejectedPage"), "RejectedPage"),
});

const inbox = createRoute({
  getParentRoute: () => admin,
  path: "/inbox",
  validateSearch: parseInbox,
  component: lazyRouteComponent(
    () => withNamespace("chat", import("@/features/chat/inbox/InboxPage")),
    "InboxPage",
  ),
});

/** Chat threads scroll by themselves, to the first unread or the searched message. */
const ownScroll = new Set(["/messages", "/inbox"]);

export const router = createRouter({
  routeTree: root.addChildren([
    open.addChildren([signIn, register]),
    member.addChildren([
      home,
      meter,
      alerts,
      account,
      messages,
      admin.addChildren([people, devices, rejected, inbox]),
    ]),
  ]),
  context: { session: { status: "starting" } },
  defaultErrorComponent: PageCrashed,
  defaultPreload: "intent",
  scrollRestoration: ({ location }) => !ownScroll.has(location.pathname),
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
