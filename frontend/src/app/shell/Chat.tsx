import type { Account } from "@/api/types";
import { Help, HelpButton } from "@/features/chat/widget/HelpButton";
import { useTitleBadge } from "./useTitleBadge";

/** The parts of the chat on every page: help for clients, unread count in the tab title for all. */
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
