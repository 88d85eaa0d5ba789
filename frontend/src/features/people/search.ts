import type { Role } from "@/api/types";

export type PeopleSearch = { person?: string; role?: Role };

/** `person` opens the drawer: of one person by id, or of a new one ("new"). */
export function parsePerson(raw: Record<string, unknown>): PeopleSearch {
  return {
    person: typeof raw.person === "string" ? raw.person : undefined,
    role: raw.role === "client" || raw.role === "admin" ? raw.role : undefined,
  };
}
