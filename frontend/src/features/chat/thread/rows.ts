import type { Message } from "@/api/types";

export type Row =
  | { kind: "day"; key: string; at: string }
  | { kind: "divider"; key: string }
  | { kind: "line"; key: string; message: Message }
  | { kind: "message"; key: string; message: Message; first: boolean; last: boolean };

/** Messages of one person this close together stand under one name. */
const TOGETHER_MS = 5 * 60_000;

type Options = { readUpTo: number | null; me: string; dayOf: (at: string) => string };

/** Messages with their days and the line above which everything was read before. */
export function rowsOf(messages: Message[], { readUpTo, me, dayOf }: Options): Row[] {
  const rows: Row[] = [];
  let day = "";
  let divided = readUpTo === null;
  for (const message of messages) {
    const on = dayOf(message.created_at);
    if (on !== day) rows.push({ kind: "day", key: `day:${on}`, at: message.created_at });
    day = on;
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
    const joins = before?.kind === "message" && together(before.message, message);
    if (joins) before.last = false;
    rows.push({ kind: "message", key: message.id, message, first: !joins, last: true });
  }
  return rows;
}

function together(before: Message, after: Message): boolean {
  return (
    before.author.kind === after.author.kind &&
    before.author.id === after.author.id &&
    before.note === after.note &&
    // Nobody knows whether two of those who left are the same.
    (before.author.id !== null || before.author.kind === "assistant") &&
    Date.parse(after.created_at) - Date.parse(before.created_at) < TOGETHER_MS
  );
}
