import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import type { Conversation, Frame, Message } from "@/api/types";
import { AlertNotices } from "./alertNotices";
import { toPlainText } from "./plainText";
import { INBOX, isConversationVisible } from "./visibility";

/** A message or a request that is older than this shows no toast. */
const RECENT_MS = 2 * 3_600_000;
const MAX_CHARACTERS = 140;

export type Toast = {
  id: string;
  color: string;
  title: string;
  message: string;
  href?: string;
  /** The text of the link to `href`. */
  link?: string;
  /** Chat toasts also play a sound if the user has it on; `sound`: no toast, its news is on the screen. */
  chat?: "toast" | "sound";
};
export type Show = (toast: Toast) => void;
/** For names that frames do not carry. */
export type Lookup = {
  device: (id: string) => Promise<{ name: string; time_zone?: string }>;
  conversation: (id: string) => Promise<Conversation | null>;
};

/** Shows a toast for each live event that concerns the user, once however often it is delivered. */
export class Notifier {
  readonly alerts: AlertNotices;
  #notified = new Set<string>();

  constructor(
    private readonly account: { id: string; role: string },
    private readonly show: Show,
    private readonly lookup: Lookup,
  ) {
    this.alerts = new AlertNotices(show, lookup);
  }

  /** For owners only: administrators assign meters themselves. */
  deviceChanged({ device_id, name, owner_id, lost }: Frame<"device.changed">["data"]): void {
    if (this.account.role === "admin") return;
    const mine = owner_id === this.account.id && !lost;
    const key = `${device_id}:${mine ? "mine" : "lost"}`;
    if (this.#notified.has(key)) return;
    this.#notified.delete(`${device_id}:${mine ? "lost" : "mine"}`);
    this.#notified.add(key);
    this.show({
      id: key,
      color: "petrol",
      title: i18next.t(mine ? "live.newMeterTitle" : "live.lostMeterTitle"),
      message: i18next.t(mine ? "live.newMeterText" : "live.lostMeterText", { name }),
    });
  }

  /** Not while its conversation is visible; of support conversations only those of this operator. */
  async messageReceived(message: Message): Promise<void> {
    const { id, conversation_id, author } = message;
    if (author.kind === "system" || message.deleted_at || isConversationVisible(conversation_id))
      return;
    if (!this.#isNews(`message:${id}`, message.created_at)) return;
    const conversation = await this.lookup.conversation(conversation_id);
    if (!conversation) return;
    const support = conversation.kind === "support";
    const admin = this.account.role === "admin";
    if (support && admin && conversation.operator?.id !== this.account.id) return;
    const name = author.kind === "assistant" ? i18next.t("live.assistant") : author.name;
    const page = support && admin ? "inbox?view=mine&" : "messages?";
    const text = toPlainText(message.text);
    this.show({
      id: `chat:${conversation_id}`,
      color: "petrol",
      title: name ?? i18next.t("live.someone"),
      message: text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}…` : text,
      href: `/${page}conversation=${conversation_id}&seq=${message.seq}`,
      chat: "toast",
    });
  }

  /** For operators: a client has asked for a person. */
  conversationChanged({ id, state, client, waiting_since }: Conversation): void {
    if (this.account.role !== "admin") return;
    if (state !== "waiting_human" || !waiting_since) {
      notifications.hide(`waits:${id}`);
      return;
    }
    if (isConversationVisible(id)) return;
    if (!this.#isNews(`waits:${id}:${waiting_since}`, waiting_since)) return;
    this.show({
      id: `waits:${id}`,
      color: "amber",
      title: i18next.t("live.waitsTitle", { name: client?.name ?? i18next.t("live.someone") }),
      message: i18next.t("live.waitsText"),
      href: `/inbox?conversation=${id}`,
      chat: isConversationVisible(INBOX) ? "sound" : "toast",
    });
  }

  /** These meters are listed already: a change of their name is not a new meter. */
  addKnownDevices(ids: string[]): void {
    for (const id of ids) this.#notified.add(`${id}:mine`);
  }

  #isNews(key: string, time: string): boolean {
    if (this.#notified.has(key)) return false;
    this.#notified.add(key);
    return Date.now() - Date.parse(time) < RECENT_MS;
  }
}
