import { describe, expect, it } from "vitest";
import type { User } from "@/api/types";
import { newPerson, toCreate, toUpdate, valuesOf } from "./personForm";

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
  it("sends null for the empty fields of a new person", () => {
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

  it("sends only the changed fields, and null for emptied ones", () => {
    const values = { ...valuesOf(ana), full_name: " ", role: "admin" as const, disabled: true };
    expect(toUpdate(values, ana)).toEqual({ full_name: null, role: "admin", disabled: true });
  });

  it("sends a password only when one was entered", () => {
    expect(toUpdate({ ...valuesOf(ana), password: "o parolă nouă" }, ana)).toEqual({
      password: "o parolă nouă",
    });
  });
});
