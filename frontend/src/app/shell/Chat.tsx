import type { Account } from "@/api/types";
import { Help, HelpButton } from "@/features/chat/widget/HelpButton";
import { useTitleBadge } from "./useTitleBadge";

/** What every page has of the chat: clients the help, everybody the count in the tab. */
export function Chat({ account }: { account: Account }) {
  useTitleBadge();
  if (account.role !== "client") return null;
  return (
    <>
      <HelpButton corner />
      <Help />
    </>
  );
}
