import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isEmailOrEmpty, isPhoneOrEmpty, isUsername, passwordLengthProblem } from "./personRules";

const { schemas } = JSON.parse(readFileSync("openapi.json", "utf8")).components;
const { username } = schemas.RegisterRequest.properties;
const { email, phone } = schemas.NewUser.properties;

describe("the rules of the forms agree with the API", () => {
  it("for usernames", () => {
    const pattern = new RegExp(username.pattern);
    for (const text of ["ana.pop", "a_b-c", "x@y", "ană", "a b c"]) {
      expect([text, isUsername(text)]).toEqual([text, pattern.test(text)]);
    }
    expect(isUsername("a".repeat(username.minLength - 1))).toBe(false);
    expect(isUsername("a".repeat(username.maxLength))).toBe(true);
    expect(isUsername("a".repeat(username.maxLength + 1))).toBe(false);
  });

  it("for e-mail addresses and phone numbers", () => {
    const emails = new RegExp(email.anyOf[0].pattern);
    for (const text of ["a@b.ro", "a@b", "a b@c.ro", "@c.ro"]) {
      expect([text, isEmailOrEmpty(text)]).toEqual([text, emails.test(text)]);
    }
    const phones = new RegExp(phone.anyOf[0].pattern);
    for (const text of ["+40 721 000 000", "021.300-00", "abc", "+", "12"]) {
      expect([text, isPhoneOrEmpty(text)]).toEqual([text, phones.test(text)]);
    }
    expect(isEmailOrEmpty("") && isPhoneOrEmpty("")).toBe(true);
  });
});

it("a password has 8 to 128 characters", () => {
  expect(passwordLengthProblem("a".repeat(7))).toBe("too_short");
  expect(passwordLengthProblem("a".repeat(8))).toBeNull();
  expect(passwordLengthProblem("a".repeat(128))).toBeNull();
  expect(passwordLengthProblem("a".repeat(129))).toBe("too_long");
});
