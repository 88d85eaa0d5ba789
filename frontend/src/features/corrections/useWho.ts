import { useTranslation } from "react-i18next";
import { usePerson } from "@/api/calls/usePerson";
import { useAccount } from "@/api/useSession";

/**
 * Who changed a reading, for "by …". Only administrators can look users up; to an owner everyone
 * else who may change readings of their time is an administrator.
 */
export function useWho(id: string | null): string {
  const { t } = useTranslation("corrections");
  const account = useAccount();
  const known = id !== null && id !== account.id && account.role === "admin";
  const person = usePerson(id ?? "", known);
  if (id === account.id) return t("who.you");
  if (!known) return t("who.administrator");
  if (person.isError) return t("who.unknown");
  return person.data?.full_name ?? person.data?.username ?? "…";
}
