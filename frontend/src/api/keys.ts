/**
 * All query keys. Live frames (realtime/handlers.ts) update and invalidate the cache by them,
 * usually everything under the first segment.
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
  /** Periods that include now: only these change with a new reading. */
  runningConsumption: (id: string) => ["consumption", id, "running"] as const,
  consumptionOf: (id: string, when: "running" | "past", query: object) =>
    ["consumption", id, when, query] as const,
  heatmap: (id: string, query: object) => ["consumption", id, "heatmap", query] as const,

  alerts: ["alerts"] as const,
  alertList: (query: object) => ["alerts", "list", query] as const,
  alertCount: ["alerts", "count"] as const,
  unacknowledged: (filter: object) => ["alerts", "count", filter] as const,

  corrections: (id: string) => ["corrections", id] as const,
  suspicious: (id: string) => ["consumption", id, "suspicious"] as const,

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
};
