import type { Message } from "@/api/types";

export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "divider"; key: string }
  | { kind: "line"; key: string; message: Message }
  | { kind: "message"; key: string; message: Message; first: boolean; last: boolean };

/** Messages of one author this close together share one name. */
const GROUP_MS = 5 * 60_000;

type Options = { readUpTo: number | null; me: string; dayOf: (at: string) => string };

/** Messages with day headings and a divider above the first one that was not read. */
export function rowsOf(messages: Message[], { readUpTo, me, dayOf }: Options): Row[] {
  const rows: Row[] = [];
  let day = "";
  let divided = readUpTo === null;
  for (const message of messages) {
    const messageDay = dayOf(message.created_at);
    if (messageDay !== day)
      rows.push({ kind: "day", key: `day:${messageDay}`, at: message.created_at });
    day = messageDay;
    const { seq, author } = message;
    if (!divided && seq > (readUpTo ?? 0) && author.kind !== "system" && author.id !== me) {
      rows.push({ kind: "divider", key: "divider" });
      divided = true;
    }
    if (author.kind === "system") {
      rows.push({ kind: "line", key: message.id, message });
      continue;
    }
    const before = rows.at(-1);
    const grouped = before?.kind === "message" && inOneGroup(before.message, message);
    if (grouped) before.last = false;
    rows.push({ kind: "message", key: message.id, message, first: !grouped, last: true });
  }
  return rows;
}

function inOneGroup(before: Message, after: Message): boolean {
  return (
    before.author.kind === after.author.kind &&
    before.author.id === after.author.id &&
    before.note === after.note &&
    // Deleted users have no id: two of them may be different people.
    (before.author.id !== null || before.author.kind === "assistant") &&
    Date.parse(after.created_at) - Date.parse(before.created_at) < GROUP_MS
  );
}
