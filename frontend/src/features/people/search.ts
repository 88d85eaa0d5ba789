import type { Role } from "@/api/types";

export type PeopleSearch = { person?: string; role?: Role };

/** `person` is the one in the drawer: an id, or "new". */
export function parsePerson(raw: Record<string, unknown>): PeopleSearch {
  return {
    person: typeof raw.person === "string" ? raw.person : undefined,
    role: raw.role === "client" || raw.role === "admin" ? raw.role : undefined,
  };
}
