/** `person` opens the drawer of one person. */
export function parsePerson(raw: Record<string, unknown>): { person?: string } {
  return { person: typeof raw.person === "string" ? raw.person : undefined };
}
