import { expect, it } from "vitest";
import { fieldErrorsOf } from "./fieldErrors";

it("keeps only the errors of fields in the form, under the form's names", () => {
  const errors = { password: "Too short.", email: "Wrong.", kind: "Later." };
  expect(fieldErrorsOf(errors, ["new_password", "email"], { password: "new_password" })).toEqual({
    new_password: "Too short.",
    email: "Wrong.",
  });
});
