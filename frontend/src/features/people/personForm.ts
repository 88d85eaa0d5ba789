import type { Role, User, UserCreate, UserUpdate } from "@/api/types";

export type PersonValues = {
  username: string;
  password: string;
  role: Role;
  full_name: string;
  email: string;
  phone: string;
  disabled: boolean;
};

export const newPerson: PersonValues = {
  username: "",
  password: "",
  role: "client",
  full_name: "",
  email: "",
  phone: "",
  disabled: false,
};

export function valuesOf(user: User): PersonValues {
  return {
    username: user.username,
    password: "",
    role: user.role,
    full_name: user.full_name ?? "",
    email: user.email ?? "",
    phone: user.phone ?? "",
    disabled: user.disabled,
  };
}

/** An empty field is no value. */
const filled = (text: string) => text.trim() || null;

export function toCreate(values: PersonValues): UserCreate {
  const { username, password, role, full_name, email, phone } = values;
  return {
    username,
    password,
    role,
    full_name: filled(full_name),
    email: filled(email),
    phone: filled(phone),
  };
}

/** What differs from `user`: role, standing and password are auth's, and asked for only if changed. */
export function toUpdate(values: PersonValues, user: User): UserUpdate {
  const update: UserUpdate = {};
  for (const field of ["full_name", "email", "phone"] as const) {
    if (filled(values[field]) !== user[field]) update[field] = filled(values[field]);
  }
  if (values.role !== user.role) update.role = values.role;
  if (values.disabled !== user.disabled) update.disabled = values.disabled;
  if (values.password !== "") update.password = values.password;
  return update;
}

/** The same rules as the services', so that most slips are seen before sending. */
export const looksRight = {
  username: (text: string) => /^[A-Za-z0-9._@-]{3,64}$/.test(text),
  email: (text: string) => /^$|^[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)+$/.test(text.trim()),
  phone: (text: string) => /^$|^\+?[0-9][0-9 ()./-]{2,30}$/.test(text.trim()),
};
