import { IconHeadset } from "@tabler/icons-react";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAccount } from "@/api/useSession";
import { PageHeader } from "@/components/PageHeader";
import { EmptyState } from "@/components/StateBlock";
import classes from "@/features/chat/panes.module.css";
import type { InboxSearch, InboxView } from "@/features/chat/search";
import { INBOX, useViewing } from "@/realtime/viewing";
import { AttentionMenu } from "./AttentionMenu";
import { InboxConversation } from "./InboxConversation";
import { InboxList } from "./InboxList";
import { ShortcutsHelp } from "./ShortcutsHelp";
import { useInbox } from "./useInbox";
import { useListKeys } from "./useListKeys";

const route = getRouteApi("/member/admin/inbox");

/** The operators' page: who waits, the conversation, and beside it the client's meters. */
export function InboxPage() {
  const { t } = useTranslation("chat");
  const navigate = useNavigate();
  const search = route.useSearch();
  const { conversation: id, seq, view = "waiting" } = search;
  const inbox = useInbox(view, useAccount().id);
  useViewing(INBOX);
  const [helping, setHelping] = useState(false);
  const go = (change: InboxSearch) =>
    void navigate({ to: "/inbox", search: { view, conversation: id, ...change } });
  useFollow(id, view, inbox, () => go({ view: "mine" }));
  useListKeys({
    ids: inbox.items.map((item) => item.id),
    chosen: id,
    onChoose: (conversation) => go({ conversation }),
    onView: (chosen) => go({ view: chosen }),
    onHelp: () => setHelping(true),
  });

  return (
    <div className={classes.page} data-open={id !== undefined || undefined}>
      <div className={classes.title}>
        <PageHeader
          title={t("inbox")}
          actions={
            <>
              <AttentionMenu />
              <ShortcutsHelp opened={helping} onChange={setHelping} />
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
            <div className={classes.middle}>
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

/** The open conversation leaves those that wait when it is taken over, however that was done: to where it is now. */
function useFollow(
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
