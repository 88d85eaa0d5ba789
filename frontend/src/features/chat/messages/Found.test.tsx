import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { aConversation, aMessage } from "@/testing/facts";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import { Found } from "./Found";

const clients = { kind: "person" as const, id: "u9", name: "Client", role: "client" as const };
const mine = { kind: "person" as const, id: "u1", name: "Ana", role: "client" as const };

async function found(...items: Message[]) {
  server.use(http.get("*/chat/search", () => HttpResponse.json({ items, next_cursor: null })));
  await show(<Found q="boiler" conversations={[aConversation()]} />);
  return screen.findByRole("link");
}

describe("a message that was searched for", () => {
  it("says to whom it went, and its words without the signs that shape them", async () => {
    await signedIn();
    const link = await found(aMessage(7, { author: mine, text: "the **boiler** `is` on" }));
    expect(link).toHaveTextContent("You → Bogdan");
    expect(link).toHaveTextContent("the boiler is on");
    expect(within(link).getByText("boiler").tagName).toBe("MARK");
    expect(link).toHaveAttribute("href", "/messages?conversation=c1&seq=7");
  });

  it("of a client leads an administrator to the inbox", async () => {
    await signedIn({ role: "admin" });
    const other = aMessage(3, { conversation_id: "c9", author: clients, text: "boiler" });
    expect(await found(other)).toHaveAttribute("href", "/inbox?conversation=c9&seq=3");
  });

  it("of an administrator in a conversation not listed leads a client to their messages", async () => {
    await signedIn();
    const author = { ...clients, role: "admin" as const };
    const other = aMessage(3, { conversation_id: "c9", author, text: "boiler" });
    expect(await found(other)).toHaveAttribute("href", "/messages?conversation=c9&seq=3");
  });
});
