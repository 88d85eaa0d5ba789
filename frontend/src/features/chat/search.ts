export const inboxViews = ["waiting", "mine", "all", "resolved"] as const;
export type InboxView = (typeof inboxViews)[number];

/** `seq`: the message to jump to. */
export type MessagesSearch = { conversation?: string; seq?: number };
export type InboxSearch = MessagesSearch & { view?: InboxView };

export function parseMessages(raw: Record<string, unknown>): MessagesSearch {
  const seq = Number(raw.seq);
  return {
    conversation: typeof raw.conversation === "string" ? raw.conversation : undefined,
    seq: Number.isInteger(seq) && seq > 0 ? seq : undefined,
  };
}

export function parseInbox(raw: Record<string, unknown>): InboxSearch {
  return { ...parseMessages(raw), view: inboxViews.find((view) => view === raw.view) };
}
