import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { signedIn } from "@/testing/signedIn";
import { ManageReplies } from "./ManageReplies";

it("a reply is deleted only after a confirmation", async () => {
  await signedIn({ role: "admin" });
  const deleted = vi.fn(() => new HttpResponse(null, { status: 204 }));
  const reply = { id: "r1", title: "Welcome", text: "Good day" };
  server.use(
    http.get("*/chat/canned-replies", () => HttpResponse.json({ items: [reply] })),
    http.delete("*/chat/canned-replies/r1", deleted),
  );
  await show(<ManageReplies />);
  await userEvent.click(await screen.findByRole("button", { name: "Delete Welcome" }));
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  await userEvent.click(screen.getByRole("button", { name: "Delete Welcome" }));
  expect(deleted).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Delete" }));
  await vi.waitFor(() => expect(deleted).toHaveBeenCalledOnce());
});
