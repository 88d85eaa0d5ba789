import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "@/api/types";
import { useNames } from "./names";
import { seenBy } from "./seen";

/** For the newest message, if the reader wrote it: sent, or seen by whom. Undefined for notes. */
export function useDelivery(
  conversation: Conversation,
  last: Message | undefined,
): string | undefined {
  const { t } = useTranslation("chat");
  const names = useNames(conversation);
  if (last?.author.id !== names.me || last.note || last.deleted_at) return undefined;
  const { people, of } = seenBy(conversation, last, names.me);
  if (people.length === 0) return t("thread.sent");
  return of === 1
    ? t("thread.seen")
    : t("thread.seenBy", { names: people.map(names.of).join(", ") });
}
