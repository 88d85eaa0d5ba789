import type { RejectedGroup } from "@/api/types";

type Reason = { title: string; hint: string };

export default {
  title: "Rejected readings",
  text: "Readings that Contor could not accept. Fix the cause and replay them, or dismiss them.",
  emptyTitle: "No rejected readings",
  emptyText: "A reading that cannot be accepted appears here, with the reason and what to do.",
  reason: {
    not_readings: {
      title: "Not a reading",
      hint: "The message was neither a reading nor a list of readings.",
    },
    missing_field: {
      title: "Missing field",
      hint: "A reading needs timestamp, device_id and measurement_value.",
    },
    unknown_field: {
      title: "Unknown field",
      hint: "A reading has the fields timestamp, device_id, measurement_value, unit and channel. Remove or rename the other one at the sender.",
    },
    repeated_field: {
      title: "Repeated field",
      hint: "A field is in the reading twice, so that its value is not known. Send it once.",
    },
    wrong_type: {
      title: "Wrong type of value",
      hint: "The value must be a number, and the time ISO 8601 or milliseconds since 1970.",
    },
    unknown_channel: {
      title: "Unknown channel",
      hint: "The meter has no channel of this name. Send import, or leave the channel out.",
    },
    unsuitable_unit: {
      title: "Unit that the meter does not have",
      hint: "Send Wh, kWh or MWh, or leave the unit out: then the value is in the unit of the meter.",
    },
    not_finite: {
      title: "Not a number",
      hint: "The value was NaN or infinite. Check the device that sends it.",
    },
    negative_energy: {
      title: "Negative energy",
      hint: "This kind of meter sends the energy used since the previous reading, which cannot be negative.",
    },
    too_large: {
      title: "Value too large",
      hint: "Check the unit of the meter and the values that it sends.",
    },
    implausible: {
      title: "Implausible value",
      hint: "More than the meter can use at its maximum power. Check value, unit and maximum power.",
    },
    not_owner_then: {
      title: "Not the owner's then",
      hint: "The sender did not own the meter at that time. An administrator may replay it.",
    },
    corrected: {
      title: "Corrected by an administrator",
      hint: "The reading of this time was corrected; undo the correction to accept other values.",
    },
    value_exists: {
      title: "Another value is stored",
      hint: "A replay never replaces a stored value. Correct it on the meter's page if this one is right.",
    },
    unknown_device: {
      title: "Unknown meter",
      hint: "No meter has this id. Correct the id at the sender. Readings of a meter that was just added are replayed automatically.",
    },
    time_in_future: {
      title: "Time in the future",
      hint: "The time is too far ahead of now. Check the clock of the sender.",
    },
    time_too_old: {
      title: "Time before the year 2010",
      hint: "Check the clock of the sender.",
    },
    not_milliseconds: {
      title: "Time in another unit than milliseconds",
      hint: "The number looks like seconds, microseconds or nanoseconds since 1970. Send milliseconds.",
    },
    unsupported_kind: {
      title: "Kind of meter not supported yet",
      hint: "Only meters that send the energy of an interval are supported.",
    },
    no_time_zone_offset: {
      title: "Time without a UTC offset",
      hint: "Write the time with Z or with an offset such as +03:00.",
    },
    malformed_json: {
      title: "Invalid JSON",
      hint: "A message in the queue could not be read. Its beginning is stored.",
    },
    too_many_readings: {
      title: "Too many readings in one message",
      hint: "Send at most 10,000 readings in a message.",
    },
    body_too_large: {
      title: "Message too large",
      hint: "Send at most 4 MiB in a message.",
    },
    other: { title: "Other reason ({{code}})", hint: "" },
  } satisfies Record<RejectedGroup["code"] | "other", Reason>,
  count_one: "{{count}} reading",
  count_other: "{{count}} readings",
  latest: "last one {{when}}",
  times_one: "sent once",
  times_other: "sent {{count}} times",
  show: "Show",
  hide: "Hide",
  meter: "Meter",
  noMeter: "no meter id",
  payload: "Data received",
  replay: "Replay",
  dismiss: "Dismiss",
  replayAll: "Replay all",
  dismissAll: "Dismiss all",
  replayOne: "Replay this reading",
  dismissOne: "Dismiss this reading",
  replayAllOf: "Replay all: {{reason}}",
  dismissAllOf: "Dismiss all: {{reason}}",
  result: {
    replayed_one: "{{count}} reading was accepted.",
    replayed_other: "{{count}} readings were accepted.",
    none_one: "The reading still cannot be accepted.",
    none_other: "None of the {{count}} readings can be accepted yet.",
    nothing: "There were no readings left to replay.",
    still_one: "{{count}} is still rejected.",
    still_other: "{{count}} are still rejected.",
    dismissed_one: "{{count}} reading was dismissed.",
    dismissed_other: "{{count}} readings were dismissed.",
  },
  confirmDismiss: {
    title: "Dismiss all of these readings?",
    text_one: "{{count}} reading will be left out of all consumption. This cannot be undone.",
    text_other: "{{count}} readings will be left out of all consumption. This cannot be undone.",
  },
};
