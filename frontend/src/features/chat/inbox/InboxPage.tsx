import { IconHeadset } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/api/useSession";
import { PageHeader } from "@/components/PageHeader";
import { EmptyState } from "@/components/StateBlock";
import classes from "@/features/chat/panes.module.css";
import type { InboxSearch, InboxView } from "@/features/chat/search";
import { INBOX, useVisibleConversation } from "@/realtime/visibility";
import { InboxConversation } from "./InboxConversation";
import { InboxList } from "./InboxList";
import { NotificationMenu } from "./NotificationMenu";
import { ShortcutsHelp } from "./ShortcutsHelp";
import { useInbox } from "./useInbox";
import { useListShortcuts } from "./useListShortcuts";

const route = getRouteApi("/member/admin/inbox");

/** For operators: the queue, the open conversation and the client's meters. */
export function InboxPage() {
  const { t } = useTranslation("chat");
  const navigate = useNavigate();
  const search = route.useSearch();
  const { conversation: id, seq, view = "waiting" } = search;
  const inbox = useInbox(view, useAccount().id);
  useVisibleConversation(INBOX);
  const [helpOpen, setHelpOpen] = useState(false);
  const go = (change: InboxSearch) =>
    void navigate({ to: "/inbox", search: { view, conversation: id, ...change } });
  useFollowClaimed(id, view, inbox, () => go({ view: "mine" }));
  useListShortcuts({
    ids: inbox.items.map((item) => item.id),
    chosen: id,
    onChoose: (conversation) => go({ conversation }),
    onView: (chosen) => go({ view: chosen }),
    onHelp: () => setHelpOpen(true),
  });

  return (
    <div className={classes.page} data-open={id !== undefined || undefined}>
      <div className={classes.title}>
        <PageHeader
          title={t("inbox")}
          actions={
            <>
              <NotificationMenu />
              <ShortcutsHelp opened={helpOpen} onChange={setHelpOpen} />
            </>
          }
        />
      </div>
      <div className={classes.panes}>
        <div className={classes.list}>
          <InboxList inbox={inbox} view={view} chosen={id} />
        </div>
        <section className={classes.open}>
          {id === undefined ? (
            <div className={classes.centered}>
              <EmptyState
                icon={<IconHeadset size={26} />}
                title={t("list.chooseTitle")}
                text={t("queue.chooseText")}
              />
            </div>
          ) : (
            <InboxConversation key={id} id={id} seq={seq} view={view} />
          )}
        </section>
      </div>
    </div>
  );
}

/** When the open conversation moves from the queue to this operator, in any tab, switch to "mine". */
function useFollowClaimed(
  id: string | undefined,
  view: InboxView,
  { items, mine }: ReturnType<typeof useInbox>,
  toMine: () => void,
): void {
  const waited = useRef<string>(undefined);
  const isIn = (list: typeof items) => list.some((item) => item.id === id);
  useEffect(() => {
    if (view !== "waiting" || id === undefined) waited.current = undefined;
    else if (isIn(items)) waited.current = id;
    else if (waited.current === id && isIn(mine)) toMine();
  });
}
