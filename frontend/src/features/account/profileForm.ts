import type { User, UserUpdate } from "@/api/types";

export type ProfileValues = { full_name: string; email: string; phone: string };

export function valuesOf(user: User): ProfileValues {
  return {
    full_name: user.full_name ?? "",
    email: user.email ?? "",
    phone: user.phone ?? "",
  };
}

/** What differs from `user`; an empty field is no value. */
export function toUpdate(values: ProfileValues, user: User): UserUpdate {
  const update: UserUpdate = {};
  for (const field of ["full_name", "email", "phone"] as const) {
    const value = values[field].trim() || null;
    if (value !== user[field]) update[field] = value;
  }
  return update;
}

export const looksRight = {
  email: (text: string) => /^$|^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$/.test(text.trim()),
  phone: (text: string) => /^$|^\+?[0-9][0-9 ()./-]{2,30}$/.test(text.trim()),
};
