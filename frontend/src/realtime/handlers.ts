import { keys } from "@/api/keys";
import type { Page, ServerFrame, Summary } from "@/api/types";
import { chatFrames } from "./chat";
import type { Context, FrameHandlers } from "./frames";
import { throttledInvalidate } from "./throttledInvalidate";

/** How each frame type changes the query cache. To handle a new type, add a row. */
const handlers: FrameHandlers = {
  ready: () => undefined,
  pong: () => undefined,
  "alert.raised": ({ data }, { queries, notifier }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
    void queries.invalidateQueries({ queryKey: keys.summaries });
    void queries.invalidateQueries({ queryKey: keys.fleet });
    throttledInvalidate(queries, keys.consumption(data.device_id));
    void notifier.alerts.changed(data);
  },
  "alert.cleared": ({ data }, { queries, notifier }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
    void queries.invalidateQueries({ queryKey: keys.summaries });
    void queries.invalidateQueries({ queryKey: keys.fleet });
    void queries.invalidateQueries({ queryKey: keys.consumption(data.device_id) });
    void notifier.alerts.changed(data);
  },
  "alert.acknowledged": (_, { queries }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
  },
  "alerts.acknowledged": (_, { queries }) => {
    void queries.invalidateQueries({ queryKey: keys.alerts });
  },
  "alerts.past_found": ({ data }, { queries, notifier }) => {
    // An import sends one for each of its batches.
    throttledInvalidate(queries, keys.alerts);
    throttledInvalidate(queries, keys.consumption(data.device_id));
    notifier.alerts.pastFound(data);
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
        last_measurement_value: measurement_value,
        // The frame has no month total: it grew by as much as today's did.
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
    throttledInvalidate(queries, keys.runningConsumption(device_id));
    if (newHour || !known) void queries.invalidateQueries({ queryKey: keys.summaries });
  },
  "device.changed": ({ data }, { queries, notifier }) => {
    void queries.invalidateQueries({ queryKey: keys.devices });
    void queries.invalidateQueries({ queryKey: keys.summaries });
    void queries.invalidateQueries({ queryKey: keys.alerts });
    void queries.invalidateQueries({ queryKey: keys.fleet });
    // Monitoring consumes the same message and may not have applied it yet: refetch again later.
    throttledInvalidate(queries, keys.summaries);
    notifier.deviceChanged(data);
  },
  "user.changed": (_, { queries }) => {
    void queries.invalidateQueries({ queryKey: keys.users });
    void queries.invalidateQueries({ queryKey: keys.devices });
  },
  "session.revoked": (_, { renew }) => renew(),
  ...chatFrames,
  error: () => undefined,
};

/** Frame types unknown to this build come from a newer server and are ignored. */
export function dispatch(frame: ServerFrame, context: Context): void {
  const handle = handlers[frame.type] as
    | ((frame: ServerFrame, context: Context) => void)
    | undefined;
  handle?.(frame, context);
}
