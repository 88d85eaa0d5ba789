import { describe, expect, it } from "vitest";
import { sendCommand, signInCommand } from "./commands";

const id = "0192f0c4-0000-7000-8000-000000000002";

describe("the commands to connect a meter", () => {
  it("contain the real address, username and device id", () => {
    expect(signInCommand("https://contor.example", "ana")).toContain(
      "https://contor.example/auth/token",
    );
    expect(signInCommand("https://contor.example", "ana")).toContain("'username=ana'");
    expect(sendCommand("https://contor.example", { id, unit: "kWh" })).toContain(id);
  });

  it("send valid JSON after the shell inserts the time", () => {
    const command = sendCommand("http://x", { id, unit: "Wh" });
    const quoted = /-d "(.*)"$/.exec(command)?.[1] ?? "";
    const body = quoted.replaceAll('\\"', '"').replace("$(date +%s)", "1795369592");
    expect(JSON.parse(body)).toEqual({
      timestamp: 1_795_369_592_000,
      device_id: id,
      measurement_value: 350,
    });
  });
});
