import { describe, expect, it } from "vitest";
import { parseDevices } from "./search";

describe("the address of the meters' table", () => {
  it("keeps what it knows", () => {
    expect(parseDevices({ owner: "a", device: "b", connect: true, other: 1 })).toEqual({
      owner: "a",
      device: "b",
      connect: true,
      unassigned: undefined,
    });
  });

  it("cannot ask for somebody's and nobody's at once", () => {
    expect(parseDevices({ owner: "a", unassigned: true })).toMatchObject({
      owner: undefined,
      unassigned: true,
    });
  });
});
