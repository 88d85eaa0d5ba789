import type { User, UserUpdate } from "@/api/types";

export type ProfileValues = { full_name: string; email: string; phone: string };

export function valuesOf(user: User): ProfileValues {
  return {
    full_name: user.full_name ?? "",
    email: user.email ?? "",
    phone: user.phone ?? "",
  };
}

/** The changed fields; an empty field becomes null. */
export function toUpdate(values: ProfileValues, user: User): UserUpdate {
  const update: UserUpdate = {};
  for (const field of ["full_name", "email", "phone"] as const) {
    const value = values[field].trim() || null;
    if (value !== user[field]) update[field] = value;
  }
  return update;
}
