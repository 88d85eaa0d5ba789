import { session } from "@/api/session";
import type { Account } from "@/api/types";
import { withWords } from "@/i18n/index";
import { anAccount } from "./facts";

/** Somebody is signed in, and the words of the chat are there. */
export async function signedIn(change: Partial<Account> = {}): Promise<void> {
  session.adopt({
    access_token: "t1",
    token_type: "bearer",
    expires_in: 600,
    user: anAccount(change),
  });
  await withWords("chat", Promise.resolve());
}
