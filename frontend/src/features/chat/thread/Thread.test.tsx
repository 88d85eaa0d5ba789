import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { keys } from "@/api/keys";
import type { Message, ServerFrame } from "@/api/types";
import { useOutbox } from "@/features/chat/api/useOutbox";
import { dispatch } from "@/realtime/handlers";
import { Notifier } from "@/realtime/notifier";
import { refetchChat, refetchLive } from "@/realtime/resync";
import { aConversation, aHelp, aMessage } from "@/testing/factories";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import { Composer } from "./Composer";
import { Thread } from "./Thread";

/** The fake service: stored messages, received queries and posts, and the errors it returns next. */
let stored: Message[];
let queried: string[];
let sent: { text: string; client_id: string }[];
let errors: (() => Response)[];

afterEach(() => {
  vi.useRealTimers();
});

beforeEach(async () => {
  await signedIn();
  stored = [];
  queried = [];
  sent = [];
  errors = [];
  server.use(
    http.get("*/chat/conversations/c1/messages", ({ request }) => {
      const query = new URL(request.url).searchParams;
      queried.push(query.toString());
      const limit = Number(query.get("limit"));
      const after = query.get("after_seq");
      const before = Number(query.get("before_seq") ?? Number.POSITIVE_INFINITY);
      const items =
        after !== null
          ? stored.filter(({ seq }) => seq > Number(after)).slice(0, limit)
          : stored.filter(({ seq }) => seq < before).slice(-limit);
      return HttpResponse.json({ items });
    }),
    http.post("*/chat/conversations/c1/messages", async ({ request }) => {
      const body = (await request.json()) as { text: string; client_id: string };
      sent.push(body);
      const error = errors.shift();
      if (error) return error();
      const known = stored.find(({ client_id }) => client_id === body.client_id);
      if (known) return HttpResponse.json(known, { status: 200 });
      const author = { kind: "person" as const, id: "u1", name: "Ana", role: "client" as const };
      const message = aMessage(stored.length + 1, { ...body, author });
      stored.push(message);
      return HttpResponse.json(message, { status: 201 });
    }),
    http.post("*/chat/conversations/c1/typing", () => new HttpResponse(null, { status: 204 })),
    http.post("*/chat/conversations/c1/read", () => new HttpResponse(null, { status: 204 })),
    http.get("*/chat/unread", () => HttpResponse.json({ total: 0, conversations: 0, support: 0 })),
    http.get("*/chat/conversations", () => HttpResponse.json({ items: [], next_cursor: null })),
  );
});

function Conversation() {
  const { send } = useOutbox("c1");
  return (
    <>
      <Thread conversation={aConversation()} />
      <Composer id="c1" typingIn="c1" onSend={(text) => send(text)} />
    </>
  );
}

function dispatchTo(queries: Awaited<ReturnType<typeof show>>["queries"]) {
  const lookup = { device: async () => ({ name: "" }), conversation: async () => null };
  const notifier = new Notifier({ id: "u1", role: "client" }, () => undefined, lookup);
  return (type: string, data: object) =>
    dispatch({ type, id: "f", at: "", data } as ServerFrame, {
      me: { id: "u1" },
      queries,
      notifier,
      renew: () => undefined,
    });
}

const unavailable = () => HttpResponse.json({ code: "unavailable" }, { status: 503 });

/** Holds back the first response, which has what is stored at the time of the request. */
function delayFirstResponse(): () => void {
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  server.use(
    http.get(
      "*/chat/conversations/c1/messages",
      async () => {
        const items = [...stored];
        await gate;
        return HttpResponse.json({ items });
      },
      { once: true },
    ),
  );
  return open;
}

const texts = () =>
  screen
    .queryAllByRole("article")
    .map((article) => within(article).queryByText(/./, { selector: "p" })?.textContent);

async function write(text: string) {
  await userEvent.type(screen.getByRole("textbox", { name: "Message" }), `${text}{Enter}`);
}

describe("a thread", () => {
  it("shows a message once that arrives by response, frame and refetch", async () => {
    const { queries } = await show(<Conversation />);
    const frame = dispatchTo(queries);
    await screen.findByText("No messages yet.");
    await write("hello");
    await screen.findByText("Sent");
    frame("chat.message", { message: stored[0] });
    refetchLive(queries);
    await vi.waitFor(() => expect(queried.length).toBeGreaterThan(1));
    expect(texts()).toEqual(["hello"]);
  });

  it("retries a message under the same id, and later ones do not overtake it", async () => {
    errors = [() => HttpResponse.error(), unavailable];
    await show(<Conversation />);
    await write("one");
    await write("two");
    expect(await screen.findByRole("alert")).toHaveTextContent("Not sent yet: Contor cannot be");
    expect(screen.getByText("Waiting to be sent")).toBeVisible();
    await vi.waitFor(() => expect(stored).toHaveLength(2), { timeout: 3_000 });
    expect(sent.map(({ text }) => text)).toEqual(["one", "one", "one", "two"]);
    expect(new Set(sent.map(({ client_id }) => client_id)).size).toBe(2);
    await vi.waitFor(() => expect(texts()).toEqual(["one", "two"]));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it('waits for Retry-After, or until "Send again" is pressed', async () => {
    const headers = { "Retry-After": "600" };
    errors = [() => HttpResponse.json({ code: "too_many_messages" }, { status: 429, headers })];
    await show(<Conversation />);
    await write("hello");
    await userEvent.click(await screen.findByRole("button", { name: "Send again" }));
    await vi.waitFor(() => expect(texts()).toEqual(["hello"]));
  });

  it("keeps a rejected message and sends those after it", async () => {
    errors = [() => HttpResponse.json({ code: "invalid_state" }, { status: 409 })];
    server.use(http.get("*/chat/conversations/c1", () => HttpResponse.json(aConversation())));
    await show(<Conversation />);
    await write("one");
    await write("two");
    await vi.waitFor(() => expect(stored.map(({ text }) => text)).toEqual(["two"]));
    expect(screen.getByRole("alert")).toHaveTextContent("Not sent:");
    await userEvent.click(screen.getByRole("button", { name: "Discard" }));
    await vi.waitFor(() => expect(texts()).toEqual(["two"]));
  });

  it("after a reconnect fetches only the messages it does not have", async () => {
    stored = Array.from({ length: 60 }, (_, index) => aMessage(index + 1));
    const { queries } = await show(<Conversation />);
    await screen.findByText("text 60");
    stored.push(aMessage(61), aMessage(62));
    queried = [];
    refetchLive(queries);
    await screen.findByText("text 62");
    expect(queried).toEqual(["after_seq=30&limit=200"]);
    expect(texts()).toHaveLength(52);
  });

  it("fetches the gap before a message that arrives too early", async () => {
    stored = [aMessage(1)];
    const { queries } = await show(<Conversation />);
    await screen.findByText("text 1");
    stored.push(aMessage(2), aMessage(3));
    dispatchTo(queries)("chat.message", { message: aMessage(3) });
    await vi.waitFor(() => expect(texts()).toEqual(["text 1", "text 2", "text 3"]));
  });

  it("keeps a message that is pushed before the first response", async () => {
    stored = [aMessage(1)];
    const open = delayFirstResponse();
    const { queries } = await show(<Conversation />);
    await vi.waitFor(() => expect(queries.getQueryState(keys.thread("c1"))).toBeDefined());
    stored.push(aMessage(2));
    dispatchTo(queries)("chat.message", { message: aMessage(2) });
    open();
    await vi.waitFor(() => expect(texts()).toEqual(["text 1", "text 2"]));
  });

  it("has a divider above new messages, but not in a new conversation", async () => {
    const own = { kind: "person" as const, id: "u1", name: "Ana", role: "client" as const };
    stored = [aMessage(1, { author: own }), aMessage(2)];
    const opened = await show(<Thread conversation={aConversation()} />);
    await screen.findByText("text 2");
    expect(screen.queryByText("New messages")).toBeNull();
    opened.unmount();
    stored.push(aMessage(3, { author: own }), aMessage(4));
    await show(<Thread conversation={aConversation({ last_seq: 4, unread: 1 })} />);
    const divider = await screen.findByText("New messages");
    const after = divider.compareDocumentPosition(screen.getByText("text 3"));
    expect(after).toBe(Node.DOCUMENT_POSITION_PRECEDING);
    expect(screen.getByText("text 4")).toBeVisible();
  });

  it("shows a message posted between its request and the first connect", async () => {
    stored = [aMessage(1)];
    const open = delayFirstResponse();
    const { queries } = await show(<Conversation />);
    await vi.waitFor(() => expect(queries.getQueryState(keys.thread("c1"))).toBeDefined());
    stored.push(aMessage(2));
    refetchChat(queries);
    open();
    await vi.waitFor(() => expect(texts()).toEqual(["text 1", "text 2"]));
  });

  it("retries a failed refetch, and closes the gap although newer messages have arrived", async () => {
    stored = [aMessage(1)];
    const { queries } = await show(<Conversation />);
    const frame = dispatchTo(queries);
    await screen.findByText("text 1");
    stored = Array.from({ length: 100 }, (_, index) => aMessage(index + 1));
    server.use(http.get("*/chat/conversations/c1/messages", unavailable, { once: true }));
    vi.useFakeTimers({ shouldAdvanceTime: true });
    for (const message of stored.slice(50)) frame("chat.message", { message });
    await vi.waitFor(() => expect(queries.getQueryState(keys.thread("c1"))?.status).toBe("error"));
    expect(texts()).toHaveLength(51);
    await vi.advanceTimersByTimeAsync(5_000);
    await vi.waitFor(() => expect(texts()).toEqual(stored.map(({ text }) => text)));
  });

  it("shows who is typing until their message arrives", async () => {
    const { queries } = await show(<Conversation />);
    const frame = dispatchTo(queries);
    await screen.findByText("No messages yet.");
    frame("chat.typing", { conversation_id: "c1", user_id: "u2", name: "Bogdan" });
    expect(await screen.findByText("Bogdan is typing…")).toBeVisible();
    stored.push(aMessage(1));
    frame("chat.message", { message: aMessage(1) });
    await screen.findByText("text 1");
    expect(screen.queryByText("Bogdan is typing…")).toBeNull();
  });

  it("hides typing and the streamed answer when they expire", async () => {
    const help = aHelp();
    const { queries } = await show(<Thread conversation={help} />);
    const frame = dispatchTo(queries);
    await screen.findByRole("log");
    vi.useFakeTimers({ shouldAdvanceTime: true });
    frame("chat.typing", { conversation_id: "c1", user_id: "u2", name: "Bogdan" });
    expect(await screen.findByText("Bogdan is typing…")).toBeVisible();
    await vi.advanceTimersByTimeAsync(7_000);
    expect(screen.queryByText("Bogdan is typing…")).toBeNull();
    frame("chat.draft", { conversation_id: "c1", episode: 1, text: "half an ans" });
    expect(await screen.findByText("half an ans")).toBeVisible();
    await vi.advanceTimersByTimeAsync(21_000);
    expect(screen.queryByText("half an ans")).toBeNull();
  });

  it("keeps unsent messages and unfinished text when its page is left", async () => {
    const headers = { "Retry-After": "600" };
    errors = [() => HttpResponse.json({ code: "too_many_messages" }, { status: 429, headers })];
    const page = await show(<Conversation />);
    await write("one");
    await userEvent.type(screen.getByRole("textbox", { name: "Message" }), "unfinished");
    await screen.findByRole("alert");
    page.unmount();
    await show(<Conversation />);
    expect(screen.getByRole("textbox", { name: "Message" })).toHaveValue("unfinished");
    await userEvent.click(await screen.findByRole("button", { name: "Send again" }));
    await vi.waitFor(() => expect(stored.map(({ text }) => text)).toEqual(["one"]));
  });

  it("neither shows nor sends what another account left unsent", async () => {
    const headers = { "Retry-After": "600" };
    errors = [() => HttpResponse.json({ code: "too_many_messages" }, { status: 429, headers })];
    const page = await show(<Conversation />);
    await write("mine");
    await screen.findByRole("alert");
    page.unmount();
    await signedIn({ id: "u2" });
    await show(<Conversation />);
    await screen.findByText("No messages yet.");
    expect(texts()).toEqual([]);
    await write("yours");
    await vi.waitFor(() => expect(stored.map(({ text }) => text)).toEqual(["yours"]));
  });

  it("opens at the first new message when not all fit, and marks none as read before it is shown", async () => {
    const rect = Element.prototype.getBoundingClientRect;
    vi.spyOn(Element.prototype, "getBoundingClientRect").mockImplementation(function (
      this: Element,
    ) {
      return this.hasAttribute("data-divider") ? new DOMRect(0, -900) : rect.call(this);
    });
    vi.spyOn(document, "hasFocus").mockReturnValue(true);
    const read = vi.fn(() => new HttpResponse(null, { status: 204 }));
    server.use(http.post("*/chat/conversations/c1/read", read));
    stored = [aMessage(1), aMessage(2), aMessage(3)];
    await show(<Thread conversation={aConversation({ last_seq: 3 })} />);
    const down = await screen.findByRole("button", { name: "3 new messages" });
    expect(screen.getByRole("log").scrollTop).toBeLessThan(0);
    expect(read).not.toHaveBeenCalled();
    await userEvent.click(down);
    await vi.waitFor(() => expect(read).toHaveBeenCalledOnce());
    vi.restoreAllMocks();
  });

  it("names the author only with more than two participants", async () => {
    stored = [aMessage(1)];
    const two = await show(<Thread conversation={aConversation()} />);
    await screen.findByText("text 1");
    expect(screen.queryByText("Bogdan")).toBeNull();
    two.unmount();
    const { participants } = aConversation();
    const third = {
      id: "u3",
      name: "Dan",
      role: "client" as const,
      last_read_seq: 0,
      online: null,
    };
    await show(<Thread conversation={aConversation({ participants: [...participants, third] })} />);
    expect(await screen.findByText("Bogdan")).toBeVisible();
  });

  it("starts a new line with Shift+Enter, and rejects files with the reason", async () => {
    await show(<Conversation />);
    const field = screen.getByRole("textbox", { name: "Message" });
    await userEvent.type(field, "one{Shift>}{Enter}{/Shift}two");
    expect(field).toHaveValue("one\ntwo");
    await userEvent.click(field);
    await userEvent.paste({ files: [new File(["x"], "bill.pdf")] } as unknown as DataTransfer);
    expect(await screen.findByText(/Files cannot be sent/)).toBeVisible();
    expect(sent).toEqual([]);
  });
});
