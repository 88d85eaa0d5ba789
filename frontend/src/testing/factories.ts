import type { Account, Alert, Conversation, Device, Message, Summary } from "@/api/types";

/** Complete objects for tests; give only the fields that matter. */
export function anAlert(change: Partial<Alert> = {}): Alert {
  return {
    id: "a1",
    device_id: "d1",
    owner_id: "u1",
    kind: "limit_exceeded",
    hour_start: "2026-05-04T10:00:00Z",
    hour_end: "2026-05-04T11:00:00Z",
    energy_kwh: 1.3,
    limit_kwh: 1.2,
    severity: "warning",
    state: "active",
    acknowledged_at: null,
    acknowledged_by: null,
    raised_at: "2026-05-04T10:40:00Z",
    raised_times: 1,
    past: false,
    ...change,
  };
}

export function aDevice(change: Partial<Device> = {}): Device {
  return {
    id: "d1",
    name: "Flat 12",
    description: null,
    address: null,
    max_hourly_consumption_kwh: 2.5,
    limit_since: null,
    max_power_kw: 100,
    owner_id: null,
    owner: null,
    owner_since: null,
    kind: "interval",
    unit: "kWh",
    channels: [
      {
        name: "import",
        quantity: "import",
        kind: "interval",
        unit: "kWh",
        stamp: "start",
        interval_minutes: null,
      },
    ],
    time_zone: "Europe/Bucharest",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...change,
  };
}

export function aSummary(change: Partial<Summary> = {}): Summary {
  return {
    device_id: "d1",
    time_zone: "Europe/Bucharest",
    state: "live",
    last_reading_at: "2026-05-04T10:39:00Z",
    silent_from: "2026-05-04T11:39:00Z",
    last_measurement_value: 0.1,
    power_w: 600,
    last_power_w: 600,
    limit_kwh: 1.2,
    hour: { start: "2026-05-04T10:00:00Z", end: "2026-05-04T11:00:00Z", energy_kwh: 0.9 },
    today_kwh: 5,
    yesterday_kwh: 9,
    yesterday_same_time_kwh: 4,
    month_kwh: 40,
    last_month_kwh: 200,
    last_month_same_time_kwh: 30,
    over_limit_since: null,
    first_reading_at: "2026-01-01T00:00:00Z",
    ...change,
  };
}

export function anAccount(change: Partial<Account> = {}): Account {
  return {
    id: "u1",
    username: "ana",
    role: "client",
    disabled: false,
    created_at: "2026-01-01T00:00:00Z",
    ...change,
  };
}

export function aMessage(seq: number, change: Partial<Message> = {}): Message {
  return {
    id: `m${seq}`,
    conversation_id: "c1",
    seq,
    author: { kind: "person", id: "u2", name: "Bogdan", role: "client" },
    text: `text ${seq}`,
    note: false,
    sources: [],
    offers_person: false,
    event: null,
    client_id: null,
    created_at: new Date(Date.parse("2026-05-04T10:00:00Z") + seq * 1000).toISOString(),
    edited_at: null,
    deleted_at: null,
    ...change,
  };
}

export function aConversation(change: Partial<Conversation> = {}): Conversation {
  return {
    id: "c1",
    kind: "direct",
    title: null,
    state: null,
    episode: 1,
    client: null,
    operator: null,
    participants: [
      { id: "u1", name: "Ana", role: "client", last_read_seq: 0, online: true },
      { id: "u2", name: "Bogdan", role: "client", last_read_seq: 0, online: true },
    ],
    last_message: null,
    last_seq: 0,
    unread: 0,
    waiting_since: null,
    queue_position: null,
    answered_by: null,
    rated: null,
    created_at: "2026-05-04T10:00:00Z",
    updated_at: "2026-05-04T10:00:00Z",
    ...change,
  };
}

/** A client's conversation with the assistant. */
export function aHelp(change: Partial<Conversation> = {}): Conversation {
  return aConversation({
    kind: "support",
    state: "ai_active",
    client: { id: "u1", name: "Ana" },
    participants: [{ id: "u1", name: "Ana", role: "client", last_read_seq: 0, online: true }],
    answered_by: "fallback",
    ...change,
  });
}
