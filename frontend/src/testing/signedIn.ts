import { session } from "@/api/session";
import type { Account } from "@/api/types";
import { withNamespace } from "@/i18n/index";
import { anAccount } from "./factories";

/** Sign in, without the chat state of an earlier test, and load the chat's translations. */
export async function signedIn(change: Partial<Account> = {}): Promise<void> {
  const tokens = { access_token: "t1", token_type: "bearer" as const, expires_in: 600 };
  // A change of account clears the chat store.
  session.adopt({ ...tokens, user: anAccount({ id: "previous" }) });
  session.adopt({ ...tokens, user: anAccount(change) });
  await withNamespace("chat", Promise.resolve());
}
