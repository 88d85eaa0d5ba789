import { notifications } from "@mantine/notifications";
import i18next from "i18next";
import type { Alert, Frame } from "@/api/types";
import { type Format, formatFor } from "@/i18n/format";
import type { Language } from "@/i18n/index";
import type { Lookup, Show } from "./notifier";

/** An import sends a frame for each of its batches: their sum is shown at most this often. */
const SUM_INTERVAL_MS = 2_000;
/** Frames closer together than this belong to one import. */
const SAME_IMPORT_MS = 60_000;
const MAX_KNOWN_HOURS = 1_000;

type PastAlerts = Frame<"alerts.past_found">["data"];
type Import = { hours: number; devices: Set<string>; lastAt: number };

/** Within one raising: warning, then critical, then cleared. */
const stage = ({ state, severity }: Alert) =>
  state === "cleared" ? 2 : severity === "critical" ? 1 : 0;

/** Whether `alert` describes its hour later than `known` does; frames may arrive late, twice or out of order. */
export function isNewer(alert: Alert, known: Alert): boolean {
  const raisings =
    alert.id === known.id
      ? alert.raised_times - known.raised_times
      : Date.parse(alert.raised_at) - Date.parse(known.raised_at);
  return raisings === 0 ? stage(alert) > stage(known) : raisings > 0;
}

const hourOf = ({ device_id, hour_start }: Alert) => `${device_id}:${hour_start}`;
const toastOf = (alert: Alert) =>
  `alert:${hourOf(alert)}:${alert.id}:${alert.raised_times}:${stage(alert)}`;

/** One toast for an hour, always its newest state, and one toast for all past hours of an import. */
export class AlertNotices {
  /** The newest alert of each hour, whose toast may still be open. */
  #known = new Map<string, Alert>();
  #import: Import | undefined;
  #importToast = 0;
  #scheduled: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly show: Show,
    private readonly lookup: Lookup,
  ) {}

  /** An alert was raised, raised again, became critical, or was cleared. */
  async changed(alert: Alert): Promise<void> {
    if (alert.past) return;
    const hour = hourOf(alert);
    const known = this.#known.get(hour);
    if (known && !isNewer(alert, known)) return;
    this.#remember(hour, alert);
    if (known) notifications.hide(toastOf(known));
    const device = await this.lookup.device(alert.device_id);
    // A newer state may have arrived while the name was looked up.
    if (this.#known.get(hour) === alert) this.#showAlert(alert, device.name, device.time_zone);
  }

  /** Past hours over the limit were found in imported data; batches of one import are summed. */
  pastFound({ device_id, count }: PastAlerts): void {
    const now = Date.now();
    if (!this.#import || now - this.#import.lastAt > SAME_IMPORT_MS) {
      this.#import = { hours: 0, devices: new Set(), lastAt: now };
    }
    this.#import.hours += count;
    this.#import.devices.add(device_id);
    this.#import.lastAt = now;
    this.#scheduled ??= setTimeout(() => void this.#showImport(), SUM_INTERVAL_MS);
  }

  #remember(hour: string, alert: Alert): void {
    this.#known.delete(hour);
    this.#known.set(hour, alert);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN_HOURS && oldest !== undefined) this.#known.delete(oldest);
  }

  #showAlert(alert: Alert, name: string, zone: string | undefined): void {
    const format = formatFor(i18next.language as Language);
    const cleared = alert.state === "cleared";
    const title = cleared
      ? "cleared"
      : alert.severity === "critical"
        ? "farOver"
        : overTitle(alert);
    this.show({
      id: toastOf(alert),
      color: cleared ? "petrol" : "red",
      title: i18next.t(`live.${title}Title`, { name }),
      message: i18next.t(cleared ? "live.clearedText" : "live.overText", {
        energy: format.kwh(alert.energy_kwh),
        limit: format.kwh(alert.limit_kwh),
        ...spanOf(alert, format, zone),
      }),
      href: `/meters/${alert.device_id}?at=${encodeURIComponent(alert.hour_start)}`,
    });
  }

  async #showImport(): Promise<void> {
    this.#scheduled = undefined;
    if (!this.#import) return;
    const { hours, devices } = this.#import;
    const [only = ""] = devices;
    const one = devices.size === 1;
    const name = one ? (await this.lookup.device(only)).name : "";
    notifications.hide(`past:${this.#importToast}`);
    this.#importToast += 1;
    this.show({
      id: `past:${this.#importToast}`,
      color: "petrol",
      title: one
        ? i18next.t("live.pastTitle", { name })
        : i18next.t("live.pastTitleMany", { count: devices.size }),
      message: i18next.t("live.pastText", { count: hours }),
      href: `/alerts?past=true${one ? `&device=${only}` : ""}`,
      link: i18next.t("live.showPast"),
    });
  }
}

const overTitle = ({ raised_times }: Alert) => (raised_times > 1 ? "overAgain" : "over");

/** The hour, or the owner's part of it; with its date unless it is of today. */
function spanOf({ hour_start, hour_end }: Alert, format: Format, zone: string | undefined) {
  return { from: format.timeOrDate(hour_start, zone), to: format.time(hour_end, zone) };
}
