import { describe, expect, it } from "vitest";
import { parseDevices } from "./search";

describe("the URL of the devices table", () => {
  it("keeps the known parameters", () => {
    expect(parseDevices({ owner: "a", device: "b", connect: true, other: 1 })).toEqual({
      owner: "a",
      device: "b",
      connect: true,
      unassigned: undefined,
    });
  });

  it("ignores the owner when it asks for meters without one", () => {
    expect(parseDevices({ owner: "a", unassigned: true })).toMatchObject({
      owner: undefined,
      unassigned: true,
    });
  });
});
