import type { Device } from "@/api/types";

/** A third of a kilowatt-hour or so, in the unit the meter sends. */
const examples: Partial<Record<Device["unit"], number>> = { Wh: 350, kWh: 0.35, MWh: 0.00035 };

export function exampleValue(unit: Device["unit"]): number {
  return examples[unit] ?? 0.35;
}

/** Keeps the access token in a variable of the shell; needs nothing but curl and sed. */
export function signInCommand(origin: string, username: string): string {
  return [
    `TOKEN=$(curl -s ${origin}/auth/token \\`,
    `  --data-urlencode 'username=${username}' \\`,
    `  --data-urlencode 'password=PASSWORD' |`,
    `  sed -E 's/.*"access_token": ?"([^"]+)".*/\\1/')`,
  ].join("\n");
}

/** The time is the moment the command runs, so that it can be sent again and again. */
export function sendCommand(origin: string, device: Pick<Device, "id" | "unit">): string {
  const reading = [
    `\\"timestamp\\": $(date +%s)000`,
    `\\"device_id\\": \\"${device.id}\\"`,
    `\\"measurement_value\\": ${exampleValue(device.unit)}`,
  ].join(", ");
  return [
    `curl -s ${origin}/monitoring/readings \\`,
    `  -H "Authorization: Bearer $TOKEN" \\`,
    `  -H 'Content-Type: application/json' \\`,
    `  -d "{${reading}}"`,
  ].join("\n");
}
