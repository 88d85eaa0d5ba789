import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Device } from "@/api/types";
import { aDevice } from "@/testing/factories";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { AssignOwner } from "./AssignOwner";

const ana = { id: "u1", username: "ana", full_name: "Ana Pop" };
const dan = { id: "u2", username: "dan", full_name: null, email: null };
let sent: unknown;

async function assignTo(device: Device, name: string) {
  const onClose = vi.fn();
  const user = userEvent.setup();
  await show(<AssignOwner device={device} onClose={onClose} />);
  const owner = await screen.findByRole("combobox", { name: "Owner" });
  await user.click(owner);
  await user.click(await screen.findByRole("option", { name }));
  return { user, onClose };
}

beforeEach(() => {
  sent = undefined;
  server.use(
    http.get("*/users", () => HttpResponse.json({ items: [ana, dan], next_cursor: null })),
    http.put("*/devices/d1/owner", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(aDevice({ owner_id: "u2", owner: dan }));
    }),
  );
});

describe("the dialog that changes the owner", () => {
  it("begins now and says what the new and the previous owner see", async () => {
    const { user, onClose } = await assignTo(aDevice({ owner_id: "u1", owner: ana }), "dan");
    const outcome = screen.getByRole("status");
    expect(outcome).toHaveTextContent(/^dan sees readings, consumption and alerts from /);
    expect(outcome).toHaveTextContent("Ana Pop (ana) no longer sees the meter");
    await user.click(screen.getByRole("button", { name: "Change owner" }));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toEqual({ owner_id: "u2", since: null });
  });

  it("says that the first owner sees everything", async () => {
    await assignTo(aDevice(), "Ana Pop (ana)");
    expect(screen.getByRole("status")).toHaveTextContent(
      "Ana Pop (ana) sees all readings and consumption of the meter",
    );
  });

  it("sends an earlier time of the meter's clock and says what it replaces", async () => {
    const owned = aDevice({ owner_id: "u1", owner: ana, owner_since: "2026-05-04T10:00:00Z" });
    const { user, onClose } = await assignTo(owned, "dan");
    await user.click(screen.getByRole("radio", { name: "from an earlier time on" }));
    expect(screen.queryByRole("status")).toBeNull();
    fireEvent.change(screen.getByLabelText(/Date and time/), {
      target: { value: "2026-05-04T12:50" },
    });
    expect(screen.getByRole("status")).toHaveTextContent(
      "dan sees readings, consumption and alerts from 4 May 2026, 12:45 on",
    );
    expect(screen.getByRole("status")).toHaveTextContent(/This replaces what is recorded/);
    await user.click(screen.getByRole("button", { name: "Change owner" }));
    await waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toEqual({ owner_id: "u2", since: "2026-05-04T09:50:00.000Z" });
  });

  it("requires the earlier time, and shows a refused one at its field", async () => {
    server.use(
      http.put("*/devices/d1/owner", () =>
        HttpResponse.json(
          { code: "unknown_owner", errors: [{ field: "owner_id", code: "unknown_owner" }] },
          { status: 422 },
        ),
      ),
    );
    const { user, onClose } = await assignTo(aDevice(), "dan");
    await user.click(screen.getByRole("radio", { name: "from an earlier time on" }));
    await user.click(screen.getByRole("button", { name: "Change owner" }));
    expect(await screen.findByText("Required.")).toBeVisible();
    expect(sent).toBeUndefined();
    await user.click(screen.getByRole("radio", { name: /from now on/ }));
    await user.click(screen.getByRole("button", { name: "Change owner" }));
    expect(await screen.findByText(/This person no longer exists/)).toBeVisible();
    expect(onClose).not.toHaveBeenCalled();
  });
});
