import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Problem } from "@/api/problem";
import { show } from "@/testing/show";
import { ConfirmDelete } from "./ConfirmDelete";
import { toCsv } from "./csv";
import { LimitBar } from "./LimitBar";
import { passwordStrength } from "./passwordStrength";
import { StateBlock } from "./StateBlock";
import { TimeZoneSelect } from "./TimeZoneSelect";

describe("the limit bar", () => {
  it("says in text that the hour is over the limit", async () => {
    await show(<LimitBar label="This hour" energy={1.3} limit={1.2} />);
    const bar = screen.getByRole("meter", { name: "This hour" });
    expect(bar).toHaveAttribute("aria-valuetext", "1.3 kWh of 1.2 kWh, over the limit");
    expect(screen.getByText("over the limit")).toBeVisible();
  });

  it("counts exactly the limit as near it, not over it", async () => {
    await show(<LimitBar label="This hour" energy={1.2} limit={1.2} />);
    expect(screen.getByText("near the limit")).toBeVisible();
  });
});

describe("the delete dialog", () => {
  it("requires the name to be typed first", async () => {
    const onConfirm = vi.fn();
    await show(
      <ConfirmDelete
        title="Delete"
        name="Flat 12"
        opened
        pending={false}
        onClose={() => undefined}
        onConfirm={onConfirm}
      >
        Its readings are deleted too.
      </ConfirmDelete>,
    );
    const button = screen.getByRole("button", { name: "Delete" });
    expect(button).toBeDisabled();
    await userEvent.type(screen.getByRole("textbox"), "Flat 12");
    await userEvent.click(button);
    expect(onConfirm).toHaveBeenCalledOnce();
  });
});

it("the list of time zones renders few options: every key typed in a form renders them again", async () => {
  await show(<TimeZoneSelect label="Zone" value="Asia/Tokyo" onChange={() => undefined} />);
  await userEvent.click(screen.getByRole("combobox", { name: "Zone" }));
  expect(screen.getAllByRole("option").length).toBeLessThanOrEqual(60);
});

describe("a state block", () => {
  const query = { isPending: false, isFetching: false, refetch: vi.fn(), dataUpdatedAt: 0 };

  it("shows the error and offers to try again", async () => {
    const error = new Problem(503, { code: "overloaded", detail: "raw words" });
    await show(
      <StateBlock query={{ ...query, data: undefined, error }}>{() => "never"}</StateBlock>,
    );
    expect(screen.getByRole("alert")).toHaveTextContent("Contor is very busy");
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(query.refetch).toHaveBeenCalled();
  });

  it("keeps the data when a refresh fails, and says how old it is", async () => {
    const error = Problem.unreachable();
    await show(
      <StateBlock query={{ ...query, data: "42 kWh", error }}>{(data) => data}</StateBlock>,
    );
    expect(screen.getByText("42 kWh")).toBeVisible();
    expect(screen.getByRole("status")).toHaveTextContent("Values as of");
  });
});

it("the CSV file escapes what a spreadsheet would misread", () => {
  expect(
    toCsv(
      ["a", "b"],
      [
        ["x, y", 1.5],
        ['say "hi"', null],
        ["=1+1", -2],
        ["-1+1", "-0.500000"],
      ],
    ),
  ).toBe('a,b\r\n"x, y",1.5\r\n"say ""hi""",\r\n\'=1+1,-2\r\n\'-1+1,-0.500000');
});

it("a long phrase is stronger than a short mix of characters", () => {
  expect(passwordStrength("Ab1!")).toBe("short");
  expect(passwordStrength("aaaaaaaa")).toBe("weak");
  expect(passwordStrength("correct horse battery")).toBe("strong");
});
