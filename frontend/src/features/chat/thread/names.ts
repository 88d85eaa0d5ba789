import type { TFunction } from "i18next";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Conversation, Message } from "@/api/types";
import { useAccount } from "@/api/useSession";

type Person = { id?: string | null; name?: string | null };

export type Names = ReturnType<typeof namesIn>;

/** Display names for the reader of a conversation. */
export function useNames(conversation: Conversation): Names {
  const { t } = useTranslation("chat");
  const me = useAccount().id;
  return useMemo(() => namesIn(conversation, t, me), [conversation, t, me]);
}

function namesIn(conversation: Conversation, t: TFunction<"chat">, me: string) {
  const of = (person: Person | null | undefined): string => {
    if (!person?.id && !person?.name) return t("deletedPerson");
    return person.name ?? t("someone");
  };
  const title = (): string => {
    const { kind, client, participants } = conversation;
    if (kind === "support") return client?.id === me ? t("list.support") : of(client);
    if (conversation.title) return conversation.title;
    const others = participants.filter(({ id }) => id !== me);
    return others.length > 0 ? others.map(of).join(", ") : t("list.onlyYou");
  };
  const author = ({ author: by }: Message): string => {
    if (by.kind === "assistant") return t("assistant");
    return by.id === me ? t("you") : of(by);
  };
  /** With several authors on the left side each message needs a name. */
  const many = conversation.kind === "support" || conversation.participants.length > 2;
  return { me, of, author, title: title(), many };
}
