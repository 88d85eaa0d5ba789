import type { Device, DeviceCreate, DeviceUpdate } from "@/api/types";

type Channel = Device["channels"][number];

export type DeviceValues = {
  name: string;
  description: string;
  address: string;
  owner_id: string | null;
  /** The value of a number input: text while it is not a valid number, or empty. */
  max_hourly_consumption_kwh: number | string;
  max_power_kw: number | string;
  unit: Device["unit"];
  stamp: Channel["stamp"];
  interval_minutes: number | string;
  time_zone: string | null;
};

export const LARGEST_LIMIT = 1_000_000;
export const LARGEST_POWER = 100_000;
export const LONGEST_INTERVAL = 1440;

export function newDevice(zone: string): DeviceValues {
  return {
    name: "",
    description: "",
    address: "",
    owner_id: null,
    max_hourly_consumption_kwh: "",
    max_power_kw: 100,
    unit: "kWh",
    stamp: "start",
    interval_minutes: "",
    time_zone: zone,
  };
}

/** The fields of a device, and those of its channel `import` that the API also accepts beside the name. */
function flat(device: Device) {
  const channel = device.channels.find(({ name }) => name === "import");
  return {
    ...device,
    stamp: channel?.stamp ?? "start",
    interval_minutes: channel?.interval_minutes ?? null,
  };
}

export function valuesOf(device: Device): DeviceValues {
  const { stamp, interval_minutes } = flat(device);
  return {
    name: device.name,
    description: device.description ?? "",
    address: device.address ?? "",
    owner_id: device.owner_id,
    max_hourly_consumption_kwh: device.max_hourly_consumption_kwh ?? "",
    max_power_kw: device.max_power_kw,
    unit: device.unit,
    stamp,
    interval_minutes: interval_minutes ?? "",
    time_zone: device.time_zone,
  };
}

const filled = (text: string) => text.trim() || null;

export function toCreate(values: DeviceValues): DeviceCreate {
  const { interval_minutes: minutes } = values;
  return {
    name: values.name.trim(),
    description: filled(values.description),
    address: filled(values.address),
    owner_id: values.owner_id,
    max_hourly_consumption_kwh: Number(values.max_hourly_consumption_kwh),
    max_power_kw: Number(values.max_power_kw),
    kind: "interval",
    unit: values.unit,
    stamp: values.stamp,
    interval_minutes: minutes === "" ? null : Number(minutes),
    time_zone: values.time_zone,
  };
}

/** The changed fields. Kind and unit cannot change; the owner has a dialog of its own. */
export function toUpdate(values: DeviceValues, device: Device): DeviceUpdate {
  const {
    unit: _unit,
    kind: _kind,
    owner_id: _owner,
    channels: _channels,
    ...wanted
  } = toCreate(values);
  const present = flat(device);
  const changed = Object.entries(wanted).filter(
    ([field, value]) => value !== present[field as keyof typeof wanted],
  );
  return Object.fromEntries(changed);
}

/** The key of the error text for a number of kWh or kW, or null when it is valid. */
export function amountProblem(
  amount: number | string,
  largest: number,
): "amount" | "tooLarge" | null {
  const number = amount === "" ? Number.NaN : Number(amount);
  if (!(number > 0)) return "amount";
  return number > largest ? "tooLarge" : null;
}

/** Whether the length of an interval is empty, which means not stated, or whole minutes of at most a day. */
export function isInterval(minutes: number | string): boolean {
  if (minutes === "") return true;
  const number = Number(minutes);
  return Number.isInteger(number) && number >= 1 && number <= LONGEST_INTERVAL;
}
