import { api, ok } from "@/api/client";
import type { Notices } from "./notices";

/** Clocks of browser and server differ; what is asked for twice is told once. */
const SLACK_MS = 60_000;
const RECENT_MS = 3 * 3_600_000;

/** The alerts raised while the connection was cut are told now, as they would have been then. */
export async function tellMissed(notices: Notices, since: number): Promise<void> {
  const from = new Date(Date.now() - RECENT_MS).toISOString();
  const query = { acknowledged: false, state: "active" as const, from, limit: 20 };
  const page = await ok(api.GET("/monitoring/alerts", { params: { query } })).catch(() => null);
  for (const alert of page?.items ?? []) {
    if (Date.parse(alert.raised_at) >= since - SLACK_MS) void notices.raised(alert);
  }
}

/** So are the last messages of the conversations that moved meanwhile. */
export async function tellMissedMessages(notices: Notices, since: number): Promise<void> {
  const query = { limit: 20 };
  const page = await ok(api.GET("/chat/conversations", { params: { query } })).catch(() => null);
  for (const { last_message: message, unread } of page?.items ?? []) {
    if (message && unread && Date.parse(message.created_at) >= since - SLACK_MS) {
      void notices.message(message);
    }
  }
}
