import type { QueryClient } from "@tanstack/react-query";
import { keys } from "@/api/keys";
import type { Page, ServerFrame, Summary } from "@/api/types";
import { calmly } from "./calmly";
import { chatFrames } from "./chat";
import type { Notices } from "./notices";

export type Context = {
  me: { id: string };
  queries: QueryClient;
  notices: Notices;
  /** Ask for a token again: an ended session is then seen as ended, a changed role as changed. */
  renew: () => void;
};
type Kind = ServerFrame["type"];
export type Of<Type extends Kind> = Extract<ServerFrame, { type: Type }>;
type Table = { [Type in Kind]: (frame: Of<Type>, context: Context) => void };

/** What each frame does to what is on the screen. A new kind of frame is a new row here. */
const table: Table = {
  ready: () => undefined,
  pong: () => undefined,
  "alert.raised": ({ data }, { queries, notices }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
    void queries.invalidateQueries({ queryKey: keys.summaries });
    void queries.invalidateQueries({ queryKey: keys.fleet });
    void notices.raised(data);
  },
  "alert.cleared": ({ data }, { queries, notices }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
    void queries.invalidateQueries({ queryKey: keys.summaries });
    void queries.invalidateQueries({ queryKey: keys.fleet });
    void queries.invalidateQueries({ queryKey: keys.consumption(data.device_id) });
    void notices.cleared(data);
  },
  "alert.acknowledged": (_, { queries }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
  },
  "consumption.updated": ({ data }, { queries }) => {
    const { device_id, measurement_value, ...values } = data;
    let newHour = false;
    let known = false;
    const merge = (old: Summary): Summary => {
      known = true;
      newHour ||= old.hour.start !== data.hour.start || old.last_reading_at === null;
      return {
        ...old,
        ...values,
        state: "live",
        last_measurement_value: measurement_value,
        // The frame says nothing of the month: it grew by what today grew by.
        month_kwh: old.month_kwh + (newHour ? 0 : data.today_kwh - old.today_kwh),
      };
    };
    queries.setQueryData<Summary>(keys.summary(device_id), (old) => old && merge(old));
    queries.setQueryData<Page<Summary>>(
      keys.summaryList,
      (old) =>
        old && {
          ...old,
          items: old.items.map((item) => (item.device_id === device_id ? merge(item) : item)),
        },
    );
    calmly(queries, keys.runningConsumption(device_id));
    if (newHour || !known) void queries.invalidateQueries({ queryKey: keys.summaries });
  },
  "device.changed": ({ data }, { queries, notices }) => {
    void queries.invalidateQueries({ queryKey: keys.devices });
    void queries.invalidateQueries({ queryKey: keys.summaries });
    void queries.invalidateQueries({ queryKey: keys.alerts });
    void queries.invalidateQueries({ queryKey: keys.fleet });
    // Monitoring hears of the change by the same message, maybe a moment later.
    calmly(queries, keys.summaries);
    notices.device(data);
  },
  "user.changed": (_, { queries }) => {
    void queries.invalidateQueries({ queryKey: keys.users });
    void queries.invalidateQueries({ queryKey: keys.devices });
  },
  "session.revoked": (_, { renew }) => renew(),
  ...chatFrames,
  error: () => undefined,
};

/** Kinds this build does not know are a newer server's: ignored, REST still tells the truth. */
export function dispatch(frame: ServerFrame, context: Context): void {
  const handle = table[frame.type] as ((frame: ServerFrame, context: Context) => void) | undefined;
  handle?.(frame, context);
}

/** Live for the first time: what was written since the page asked for its messages is asked for. */
export function catchUpChat(queries: QueryClient): void {
  // A first answer that is still on its way may be from before; it would not be asked for again.
  void queries
    .cancelQueries({ queryKey: keys.threads })
    .then(() => queries.invalidateQueries({ queryKey: keys.chat }));
}

/** After a cut: everything live may have moved, so what is on the screen is asked for again. */
export function catchUp(queries: QueryClient): void {
  const live = [keys.devices, keys.summaries, keys.alerts, keys.fleet, keys.users];
  for (const queryKey of live) {
    void queries.invalidateQueries({ queryKey });
  }
  void queries.invalidateQueries({ queryKey: ["consumption"] });
  catchUpChat(queries);
}
