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

/** An empty field becomes null. */
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

/** The changed fields; an emptied one becomes null. */
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
