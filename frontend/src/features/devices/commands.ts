import type { Device } from "@/api/types";
import { exampleValue } from "./units";

/** Puts the access token into the shell variable TOKEN; needs only curl and sed. */
export function signInCommand(origin: string, username: string): string {
  return [
    `TOKEN=$(curl -s ${origin}/auth/token \\`,
    `  --data-urlencode 'username=${username}' \\`,
    `  --data-urlencode 'password=PASSWORD' |`,
    `  sed -E 's/.*"access_token": ?"([^"]+)".*/\\1/')`,
  ].join("\n");
}

/** The timestamp is computed when the command runs, so that it can be run repeatedly. */
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
