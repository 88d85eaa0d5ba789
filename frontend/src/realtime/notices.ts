import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import type { ServerFrame } from "@/api/types";
import { formatFor } from "@/i18n/format";
import type { Language } from "@/i18n/index";

type DataOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>["data"];

/** An alert about an hour long gone (a backfill) belongs in the list, not in a toast. */
const FRESH_MS = 2 * 3_600_000;

export type Toast = { id: string; color: string; title: string; message: string; href?: string };
type Show = (toast: Toast) => void;

/** Toasts for what comes from elsewhere. One alert is told once, however often it is delivered. */
export class Notices {
  #told = new Set<string>();

  constructor(
    private readonly account: { id: string; role: string },
    private readonly show: Show,
    private readonly nameOf: (deviceId: string) => Promise<string>,
  ) {}

  async raised(alert: DataOf<"alert.raised">): Promise<void> {
    if (!this.#isNews(`${alert.id}:raised`, alert.hour_end)) return;
    const format = formatFor(i18next.language as Language);
    this.show({
      id: alert.id,
      color: "red",
      title: i18next.t("live.overTitle", { name: await this.nameOf(alert.device_id) }),
      message: i18next.t("live.overText", {
        energy: format.kwh(alert.energy_kwh),
        limit: format.kwh(alert.limit_kwh),
        hour: format.time(alert.hour_start),
      }),
      href: `/meters/${alert.device_id}?at=${encodeURIComponent(alert.hour_start)}`,
    });
  }

  async cleared(alert: DataOf<"alert.cleared">): Promise<void> {
    notifications.hide(alert.id);
    if (!this.#isNews(`${alert.id}:cleared`, alert.hour_end)) return;
    const format = formatFor(i18next.language as Language);
    this.show({
      id: `${alert.id}:cleared`,
      color: "petrol",
      title: i18next.t("live.clearedTitle", { name: await this.nameOf(alert.device_id) }),
      message: i18next.t("live.clearedText", { hour: format.time(alert.hour_start) }),
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
