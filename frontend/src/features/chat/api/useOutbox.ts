import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { keys } from "@/api/keys";
import { discard, hurry, resend, sendTo, type Unsent, unsentIn } from "./outbox";

/** Sending, and what is under way, waits or was refused. */
export function useOutbox(id: string) {
  const queries = useQueryClient();
  const { i18n } = useTranslation();
  const unsent = useQuery<Unsent[]>({
    queryKey: keys.outbox(id),
    queryFn: () => unsentIn(queries, id),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  return {
    unsent: unsent.data ?? [],
    send: (text: string, note = false) => sendTo(queries, id, text, i18n.language, note),
    retry: (held: Unsent) => resend(queries, id, held),
    hurry: () => hurry(queries, id),
    discard: (held: Unsent) => discard(queries, id, held),
  };
}
