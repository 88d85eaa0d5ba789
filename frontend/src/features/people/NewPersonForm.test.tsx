import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { describe, expect, it, vi } from "vitest";
import { server } from "@/testing/server";
import { show } from "@/testing/show";
import { NewPersonForm } from "./NewPersonForm";

function answerWith(status: number, body: object) {
  server.use(
    http.post("*/users", () =>
      HttpResponse.json(body, {
        status,
        headers: { "Content-Type": "application/problem+json" },
      }),
    ),
  );
}

async function fillAndSend() {
  const onClose = vi.fn();
  const user = userEvent.setup();
  await show(<NewPersonForm onClose={onClose} />);
  await user.type(screen.getByRole("textbox", { name: /Username/ }), "ana");
  await user.type(screen.getByLabelText(/^Password/), "plic-verde-topor");
  await user.click(screen.getByRole("button", { name: "Create" }));
  return onClose;
}

describe("the form of a new person", () => {
  it("shows a field error at its field", async () => {
    const message = "This username is taken; usernames are the same whatever their case.";
    answerWith(409, {
      code: "username_taken",
      detail: message,
      errors: [{ field: "username", message, code: "username_taken" }],
    });
    const onClose = await fillAndSend();
    expect(await screen.findByText("This username is taken. Choose another one.")).toBeVisible();
    expect(screen.getByRole("textbox", { name: /Username/ })).toBeInvalid();
    expect(screen.queryByRole("alert")).toBeNull();
    expect(onClose).not.toHaveBeenCalled();
  });

  it("shows an error without a field above the buttons", async () => {
    answerWith(503, { code: "overloaded", detail: "Too many people are signing in." });
    await fillAndSend();
    expect(await screen.findByRole("alert")).toHaveTextContent("Contor is very busy");
  });

  it("closes the drawer when the person was created", async () => {
    let sent: unknown;
    server.use(
      http.post("*/users", async ({ request }) => {
        sent = await request.json();
        return HttpResponse.json({ id: "1", username: "ana" }, { status: 201 });
      }),
    );
    const onClose = await fillAndSend();
    await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
    expect(sent).toMatchObject({ username: "ana", role: "client", full_name: null });
  });
});
