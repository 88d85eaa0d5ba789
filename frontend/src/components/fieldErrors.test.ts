import { expect, it } from "vitest";
import { fieldErrorsOf } from "./fieldErrors";

it("keeps the refusals of fields that are shown, under the form's own names", () => {
  const refused = { password: "Too short.", email: "Wrong.", kind: "Later." };
  expect(fieldErrorsOf(refused, ["new_password", "email"], { password: "new_password" })).toEqual({
    new_password: "Too short.",
    email: "Wrong.",
  });
});
