/**
 * Every query key in one place: pages read by them, the live table (realtime/handlers.ts) writes
 * and invalidates by them. The first word is what a fact on the socket invalidates.
 */
export const keys = {
  settings: ["settings"] as const,
  version: ["version"] as const,
  sessions: ["sessions"] as const,

  users: ["users"] as const,
  userList: (query: object) => ["users", "list", query] as const,
  user: (id: string) => ["users", "one", id] as const,

  devices: ["devices"] as const,
  deviceList: (query: object) => ["devices", "list", query] as const,
  device: (id: string) => ["devices", "one", id] as const,

  summaries: ["summaries"] as const,
  summaryList: ["summaries", "list"] as const,
  summary: (id: string) => ["summaries", "one", id] as const,

  consumption: (id: string) => ["consumption", id] as const,
  /** Periods that end now; a new reading changes these and leaves the past ones alone. */
  runningConsumption: (id: string) => ["consumption", id, "running"] as const,
  consumptionOf: (id: string, when: "running" | "past", query: object) =>
    ["consumption", id, when, query] as const,
  heatmap: (id: string, query: object) => ["consumption", id, "heatmap", query] as const,

  alerts: ["alerts"] as const,
  alertList: (query: object) => ["alerts", "list", query] as const,
  alertCount: ["alerts", "count"] as const,

  fleet: ["fleet"] as const,
  rejected: ["rejected"] as const,
  rejectedGroups: ["rejected", "groups"] as const,
  rejectedOf: (code: string) => ["rejected", "of", code] as const,

  chat: ["chat"] as const,
  chatUnread: ["chat", "unread"] as const,
  conversations: ["chat", "list"] as const,
  conversationList: (query: object) => ["chat", "list", query] as const,
  conversation: (id: string) => ["chat", "one", id] as const,
  threads: ["chat", "thread"] as const,
  thread: (id: string) => ["chat", "thread", id] as const,
  cannedReplies: ["chat", "canned"] as const,
  addressees: (query: object) => ["chat", "people", query] as const,
  chatSearch: (q: string) => ["chat", "search", q] as const,
  /** What only this browser knows; nothing of it is asked for. */
  arrived: (id: string) => ["chat-here", "arrived", id] as const,
  outbox: (id: string) => ["chat-here", "outbox", id] as const,
  typing: (id: string) => ["chat-here", "typing", id] as const,
  draft: (id: string) => ["chat-here", "draft", id] as const,
};
