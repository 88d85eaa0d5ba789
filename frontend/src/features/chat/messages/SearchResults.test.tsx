import { screen, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import type { Message } from "@/api/types";
import { aConversation, aMessage } from "@/testing/factories";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import { SearchResults } from "./SearchResults";

const client = { kind: "person" as const, id: "u9", name: "Client", role: "client" as const };
const mine = { kind: "person" as const, id: "u1", name: "Ana", role: "client" as const };

async function search(...items: Message[]) {
  server.use(http.get("*/chat/search", () => HttpResponse.json({ items, next_cursor: null })));
  await show(<SearchResults q="boiler" conversations={[aConversation()]} />);
  return screen.findByRole("link");
}

describe("a search result", () => {
  it("names the conversation and shows the text without Markdown", async () => {
    await signedIn();
    const link = await search(aMessage(7, { author: mine, text: "the **boiler** `is` on" }));
    expect(link).toHaveTextContent("You → Bogdan");
    expect(link).toHaveTextContent("the boiler is on");
    expect(within(link).getByText("boiler").tagName).toBe("MARK");
    expect(link).toHaveAttribute("href", "/messages?conversation=c1&seq=7");
  });

  it("of a support conversation links an administrator to the inbox", async () => {
    await signedIn({ role: "admin" });
    const other = aMessage(3, { conversation_id: "c9", author: client, text: "boiler" });
    expect(await search(other)).toHaveAttribute("href", "/inbox?conversation=c9&seq=3");
  });

  it("of a conversation that is not listed links a client to their messages", async () => {
    await signedIn();
    const author = { ...client, role: "admin" as const };
    const other = aMessage(3, { conversation_id: "c9", author, text: "boiler" });
    expect(await search(other)).toHaveAttribute("href", "/messages?conversation=c9&seq=3");
  });
});
