import type { Device, DeviceCreate, DeviceUpdate } from "@/api/types";

export type DeviceValues = {
  name: string;
  description: string;
  address: string;
  owner_id: string | null;
  /** The value of the number input: text while it is not a valid number. */
  max_hourly_consumption_kwh: number | string;
  unit: Device["unit"];
  time_zone: string | null;
};

export const LARGEST_LIMIT = 1_000_000;

export function newDevice(zone: string): DeviceValues {
  return {
    name: "",
    description: "",
    address: "",
    owner_id: null,
    max_hourly_consumption_kwh: "",
    unit: "kWh",
    time_zone: zone,
  };
}

export function valuesOf(device: Device): DeviceValues {
  return {
    name: device.name,
    description: device.description ?? "",
    address: device.address ?? "",
    owner_id: device.owner_id,
    max_hourly_consumption_kwh: device.max_hourly_consumption_kwh ?? "",
    unit: device.unit,
    time_zone: device.time_zone,
  };
}

const filled = (text: string) => text.trim() || null;

export function toCreate(values: DeviceValues): DeviceCreate {
  return {
    name: values.name.trim(),
    description: filled(values.description),
    address: filled(values.address),
    owner_id: values.owner_id,
    max_hourly_consumption_kwh: Number(values.max_hourly_consumption_kwh),
    kind: "interval",
    unit: values.unit,
    time_zone: values.time_zone,
  };
}

/** The changed fields; kind and unit cannot change. */
export function toUpdate(values: DeviceValues, device: Device): DeviceUpdate {
  const { unit: _unit, kind: _kind, ...wanted } = toCreate(values);
  const changed = Object.entries(wanted).filter(
    ([field, value]) => value !== device[field as keyof typeof wanted],
  );
  return Object.fromEntries(changed);
}

/** The key of the error text for a limit, or null when it is valid. */
export function limitProblem(limit: number | string): "limit" | "limitTooLarge" | null {
  const kwh = limit === "" ? Number.NaN : Number(limit);
  if (!(kwh > 0)) return "limit";
  return kwh > LARGEST_LIMIT ? "limitTooLarge" : null;
}
