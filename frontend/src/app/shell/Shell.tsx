import { AppShell } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useSession } from "@/api/useSession";
import { LiveProvider } from "@/realtime/LiveProvider";
import { pagesFor } from "../pages";
import { BottomTabs } from "./BottomTabs";
import { Chat } from "./Chat";
import classes from "./nav.module.css";
import { SideNav } from "./SideNav";
import { Toasts } from "./Toasts";
import { TopBar } from "./TopBar";
import { useShowToast } from "./useShowToast";

/** The frame around every page of a signed-in user. */
export function Shell() {
  const { t } = useTranslation();
  const session = useSession();
  const show = useShowToast();
  // On sign-out the page disappears at once, before the router shows the sign-in page.
  if (session.status !== "signed-in") return null;
  const account = session.user;
  const pages = pagesFor(account.role);
  return (
    <LiveProvider account={account} show={show}>
      <a href="#content" className="skip-link">
        {t("nav.skip")}
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: true } }}
        padding={{ base: "sm", sm: "lg" }}
      >
        <AppShell.Header withBorder={false}>
          <TopBar account={account} />
        </AppShell.Header>
        <AppShell.Navbar withBorder={false} p="sm" aria-label={t("nav.main")} visibleFrom="sm">
          <SideNav pages={pages} />
        </AppShell.Navbar>
        <AppShell.Main id="content" tabIndex={-1}>
          <div className={classes.content} data-role={account.role}>
            <Outlet />
          </div>
        </AppShell.Main>
        <BottomTabs pages={pages} />
        <Toasts />
        <Chat account={account} />
      </AppShell>
    </LiveProvider>
  );
}
