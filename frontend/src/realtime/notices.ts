import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import type { Conversation, Message, ServerFrame } from "@/api/types";
import { formatFor } from "@/i18n/format";
import type { Language } from "@/i18n/index";
import { withoutMarks } from "./marks";
import { INBOX, isViewed } from "./viewing";

type DataOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>["data"];

/** An alert about an hour long gone (a backfill) belongs in the list, not in a toast. */
const FRESH_MS = 2 * 3_600_000;

export type Toast = {
  id: string;
  color: string;
  title: string;
  message: string;
  href?: string;
  /** Somebody wrote or waits: whoever wishes hears it too. What is on the screen anyway is only heard. */
  chat?: "shown" | "heard";
};
type Show = (toast: Toast) => void;
/** What a notice names but a frame does not say. */
type Ask = {
  meterOf: (deviceId: string) => Promise<{ name: string; time_zone?: string }>;
  conversationOf: (id: string) => Promise<Conversation | null>;
};
const SHOWN_CHARACTERS = 140;

/** Toasts for what comes from elsewhere. One alert is told once, however often it is delivered. */
export class Notices {
  #told = new Set<string>();

  constructor(
    private readonly account: { id: string; role: string },
    private readonly show: Show,
    private readonly ask: Ask,
  ) {}

  async raised(alert: DataOf<"alert.raised">): Promise<void> {
    if (!this.#isNews(`${alert.id}:raised`, alert.hour_end)) return;
    const format = formatFor(i18next.language as Language);
    const meter = await this.ask.meterOf(alert.device_id);
    this.show({
      id: alert.id,
      color: "red",
      title: i18next.t("live.overTitle", { name: meter.name }),
      message: i18next.t("live.overText", {
        energy: format.kwh(alert.energy_kwh),
        limit: format.kwh(alert.limit_kwh),
        hour: format.time(alert.hour_start, meter.time_zone),
      }),
      href: `/meters/${alert.device_id}?at=${encodeURIComponent(alert.hour_start)}`,
    });
  }

  async cleared(alert: DataOf<"alert.cleared">): Promise<void> {
    notifications.hide(alert.id);
    if (!this.#isNews(`${alert.id}:cleared`, alert.hour_end)) return;
    const format = formatFor(i18next.language as Language);
    const meter = await this.ask.meterOf(alert.device_id);
    this.show({
      id: `${alert.id}:cleared`,
      color: "petrol",
      title: i18next.t("live.clearedTitle", { name: meter.name }),
      message: i18next.t("live.clearedText", {
        hour: format.time(alert.hour_start, meter.time_zone),
      }),
    });
  }

  /** Only the owner is told: to an administrator meters come and go by their own hand. */
  device({ device_id, name, owner_id, lost }: DataOf<"device.changed">): void {
    if (this.account.role === "admin") return;
    const mine = owner_id === this.account.id && !lost;
    const key = `${device_id}:${mine ? "mine" : "lost"}`;
    if (this.#told.has(key)) return;
    this.#told.delete(`${device_id}:${mine ? "lost" : "mine"}`);
    this.#told.add(key);
    this.show({
      id: key,
      color: "petrol",
      title: i18next.t(mine ? "live.newMeterTitle" : "live.lostMeterTitle"),
      message: i18next.t(mine ? "live.newMeterText" : "live.lostMeterText", { name }),
    });
  }

  /** What others wrote to me, unless I am looking at it; colleagues' clients are not mine. */
  async message(message: Message): Promise<void> {
    const { id, conversation_id, author } = message;
    if (author.kind === "system" || message.deleted_at || isViewed(conversation_id)) return;
    if (!this.#isNews(`message:${id}`, message.created_at)) return;
    const conversation = await this.ask.conversationOf(conversation_id);
    if (!conversation) return;
    const support = conversation.kind === "support";
    const admin = this.account.role === "admin";
    if (support && admin && conversation.operator?.id !== this.account.id) return;
    const name = author.kind === "assistant" ? i18next.t("live.assistant") : author.name;
    const page = support && admin ? "inbox?view=mine&" : "messages?";
    const text = withoutMarks(message.text);
    this.show({
      id: `chat:${conversation_id}`,
      color: "petrol",
      title: name ?? i18next.t("live.someone"),
      message: text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text,
      href: `/${page}conversation=${conversation_id}&seq=${message.seq}`,
      chat: "shown",
    });
  }

  /** Operators learn at once that somebody began to wait. */
  conversation({ id, state, client, waiting_since }: Conversation): void {
    if (this.account.role !== "admin") return;
    if (state !== "waiting_human" || !waiting_since) {
      notifications.hide(`waits:${id}`);
      return;
    }
    if (isViewed(id)) return;
    if (!this.#isNews(`waits:${id}:${waiting_since}`, waiting_since)) return;
    this.show({
      id: `waits:${id}`,
      color: "amber",
      title: i18next.t("live.waitsTitle", { name: client?.name ?? i18next.t("live.someone") }),
      message: i18next.t("live.waitsText"),
      href: `/inbox?conversation=${id}`,
      chat: isViewed(INBOX) ? "heard" : "shown",
    });
  }

  /** Meters that were there all along are no news when one of them is renamed. */
  knows(deviceIds: string[]): void {
    for (const id of deviceIds) this.#told.add(`${id}:mine`);
  }

  #isNews(key: string, until: string): boolean {
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    return Date.now() - Date.parse(until) < FRESH_MS;
  }
}
