import { describe, expect, it } from "vitest";
import type { User } from "@/api/types";
import { looksRight, newPerson, toCreate, toUpdate, valuesOf } from "./personForm";

const ana: User = {
  id: "0192f0c4-0000-7000-8000-000000000001",
  username: "ana",
  role: "client",
  disabled: false,
  full_name: "Ana Pop",
  email: null,
  phone: null,
  language: null,
  time_zone: null,
  created_at: "2026-11-01T10:00:00Z",
  updated_at: "2026-11-01T10:00:00Z",
};

describe("the form of a person", () => {
  it("sends empty fields of a new person as no value", () => {
    const body = toCreate({ ...newPerson, username: "ion", password: "plic-verde", email: "  " });
    expect(body).toEqual({
      username: "ion",
      password: "plic-verde",
      role: "client",
      full_name: null,
      email: null,
      phone: null,
    });
  });

  it("sends nothing when nothing was changed", () => {
    expect(toUpdate(valuesOf(ana), ana)).toEqual({});
  });

  it("sends only what differs, and empties by null", () => {
    const values = { ...valuesOf(ana), full_name: " ", role: "admin" as const, disabled: true };
    expect(toUpdate(values, ana)).toEqual({ full_name: null, role: "admin", disabled: true });
  });

  it("sends a password only when one was written", () => {
    expect(toUpdate({ ...valuesOf(ana), password: "o parolă nouă" }, ana)).toEqual({
      password: "o parolă nouă",
    });
  });

  it("knows what the services accept", () => {
    expect(["ana.pop", "a_b-c", "x@y"].every(looksRight.username)).toBe(true);
    expect(["ab", "ană", "a b c", ""].some(looksRight.username)).toBe(false);
    expect(["", "a@b.ro"].every(looksRight.email)).toBe(true);
    expect(["a@b", "a b@c.ro", "@c.ro"].some(looksRight.email)).toBe(false);
    expect(["", "+40 721 000 000", "021.300-00"].every(looksRight.phone)).toBe(true);
    expect(["abc", "+", "12"].some(looksRight.phone)).toBe(false);
  });
});
