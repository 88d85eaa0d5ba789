import type { QueryClient } from "@tanstack/react-query";
import { api, ok } from "@/api/client";
import { keys } from "@/api/keys";
import type { Notifier } from "./notifier";

/** The clocks of browser and server differ. An overlap is harmless: the notifier shows each event once. */
const CLOCK_SKEW_MS = 60_000;

/** After a reconnect any live value may have changed: refetch what is on the screen. */
export function refetchLive(queries: QueryClient): void {
  const live = [keys.devices, keys.summaries, keys.alerts, keys.fleet, keys.users];
  for (const queryKey of live) {
    void queries.invalidateQueries({ queryKey });
  }
  void queries.invalidateQueries({ queryKey: ["consumption"] });
  refetchChat(queries);
}

/** After the first connect: refetch messages that were posted between the page's request and now. */
export function refetchChat(queries: QueryClient): void {
  // A first response still in flight may predate them, and invalidating would not refetch it.
  void queries
    .cancelQueries({ queryKey: keys.threads })
    .then(() => queries.invalidateQueries({ queryKey: keys.chat }));
}

/** Notify of alerts raised since `since` (epoch milliseconds), while the socket was disconnected. */
export async function notifyMissedAlerts(notifier: Notifier, since: number): Promise<void> {
  const query = { acknowledged: false, state: "active" as const, past: false, limit: 20 };
  const page = await ok(api.GET("/monitoring/alerts", { params: { query } })).catch(() => null);
  for (const alert of page?.items ?? []) {
    if (Date.parse(alert.raised_at) >= since - CLOCK_SKEW_MS) void notifier.alerts.changed(alert);
  }
}

/** Notify of the last message of each conversation with unread messages since `since`. */
export async function notifyMissedMessages(notifier: Notifier, since: number): Promise<void> {
  const query = { limit: 20 };
  const page = await ok(api.GET("/chat/conversations", { params: { query } })).catch(() => null);
  for (const { last_message: message, unread } of page?.items ?? []) {
    if (message && unread && Date.parse(message.created_at) >= since - CLOCK_SKEW_MS) {
      void notifier.messageReceived(message);
    }
  }
}
