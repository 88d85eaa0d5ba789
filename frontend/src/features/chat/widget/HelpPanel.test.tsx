import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import type { Conversation, Message } from "@/api/types";
import { aHelp, aMessage } from "@/testing/factories";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import HelpPanel from "./HelpPanel";

let help: Conversation | null;
let requests: string[];
let stored: Message[];

beforeEach(async () => {
  await signedIn();
  help = null;
  requests = [];
  stored = [];
  server.use(
    http.get("*/chat/conversations", () =>
      HttpResponse.json({ items: help ? [help] : [], next_cursor: null }),
    ),
    http.get("*/chat/conversations/c1", () => HttpResponse.json(help)),
    http.get("*/chat/conversations/c1/messages", () => HttpResponse.json({ items: stored })),
    http.get("*/chat/unread", () => HttpResponse.json({ total: 0, conversations: 0, support: 0 })),
    http.post("*/chat/conversations", () => {
      requests.push("start");
      help = aHelp();
      return HttpResponse.json(help, { status: 201 });
    }),
    http.post("*/chat/conversations/c1/:what", async ({ params, request }) => {
      const body = (await request.json().catch(() => null)) as { text?: string } | null;
      requests.push(`${params.what}${body?.text ? `: ${body.text}` : ""}`);
      if (params.what === "handoff") {
        help = aHelp({ state: "waiting_human", queue_position: 2 });
        return HttpResponse.json(help);
      }
      if (params.what === "rating") {
        help = aHelp({ state: "resolved", rated: 4 });
        return HttpResponse.json(help);
      }
      return HttpResponse.json(aMessage(1), { status: 201 });
    }),
  );
});

describe("the help panel", () => {
  it("creates the conversation with the first question, not before", async () => {
    await show(<HelpPanel />);
    await screen.findByText("How can we help?");
    expect(requests).toEqual([]);
    await userEvent.click(screen.getByRole("button", { name: "How much did I use yesterday?" }));
    await vi.waitFor(() =>
      expect(requests).toEqual(["start", "messages: How much did I use yesterday?"]),
    );
  });

  it("asks for a person before any message, and shows the place in the queue", async () => {
    await show(<HelpPanel />);
    await userEvent.click(await screen.findByRole("button", { name: "Talk to a person" }));
    expect(await screen.findByText("Waiting for a person, number 2 in line")).toBeVisible();
    expect(requests).toEqual(["start", "handoff"]);
    expect(screen.queryByRole("button", { name: "Talk to a person" })).toBeNull();
  });

  it("offers a person below an answer that does so, until the next message", async () => {
    help = aHelp();
    const author = { kind: "assistant" as const, id: null, name: "fallback", role: null };
    stored = [aMessage(1), aMessage(2, { author, text: "Not sure.", offers_person: true })];
    const { queries } = await show(<HelpPanel />);
    const log = await screen.findByRole("log");
    const offer = await within(log).findByRole("button", { name: "Talk to a person" });
    stored.push(aMessage(3));
    await queries.invalidateQueries({ queryKey: keys.threads });
    await screen.findByText("text 3");
    expect(offer).not.toBeInTheDocument();
    stored.push(aMessage(4, { author, text: "Still not.", offers_person: true }));
    await queries.invalidateQueries({ queryKey: keys.threads });
    await userEvent.click(await within(log).findByRole("button", { name: "Talk to a person" }));
    expect(await screen.findByText("Waiting for a person, number 2 in line")).toBeVisible();
    expect(requests).toContain("handoff");
    expect(screen.queryByRole("button", { name: "Talk to a person" })).toBeNull();
  });

  it("tells a waiting client what to do meanwhile", async () => {
    help = aHelp({ state: "waiting_human", queue_position: 1 });
    await show(<HelpPanel />);
    expect(await screen.findByText(/While you wait, describe your problem/)).toBeVisible();
    expect(screen.queryByRole("list", { name: "Quick questions" })).toBeNull();
  });

  it("shows short labels below a conversation, and sends the full question", async () => {
    help = aHelp();
    await show(<HelpPanel />);
    await userEvent.click(await screen.findByText("This hour"));
    const whole = "messages: How does this hour stand against my limit?";
    await vi.waitFor(() => expect(requests).toContain(whole));
  });

  it("names the assistant that answers", async () => {
    help = aHelp({ answered_by: "fallback" });
    const view = await show(<HelpPanel />);
    expect(await screen.findByText("Assistant · built-in answers, no AI")).toBeVisible();
    view.unmount();
    help = aHelp({ answered_by: "gemini-x" });
    await show(<HelpPanel />);
    expect(await screen.findByText("Assistant · gemini-x, which can be wrong")).toBeVisible();
  });

  it("can be rated once it is resolved", async () => {
    help = aHelp({ state: "resolved" });
    await show(<HelpPanel />);
    (await screen.findByRole("radio", { name: "4 of 5" })).focus();
    await userEvent.keyboard(" ");
    await userEvent.click(screen.getByText("Send"));
    expect(await screen.findByText("Thank you. You gave 4 of 5.")).toBeVisible();
  });

  it("returns the text to the field when the conversation cannot be created", async () => {
    server.use(
      http.post("*/chat/conversations", () =>
        HttpResponse.json({ code: "overloaded" }, { status: 503 }),
      ),
    );
    await show(<HelpPanel />);
    await screen.findByText("How can we help?");
    const field = screen.getByRole("textbox", { name: "Message" });
    await userEvent.type(field, "hello{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("Contor is very busy");
    expect(field).toHaveValue("hello");
  });
});
