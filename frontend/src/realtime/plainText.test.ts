import { expect, it } from "vitest";
import { toPlainText } from "./plainText";

it.each([
  ["Read **2 318 kWh** and `x`", "Read 2 318 kWh and x"],
  ["press *Download*.", "press Download."],
  ["so:\n- one\n- two\n> said", "so:\none\ntwo\nsaid"],
  ["```sh\ncurl\n```", "curl\n"],
  ["2 * 3 * 4, 5*6*7, -1", "2 * 3 * 4, 5*6*7, -1"],
])("the Markdown characters of %j are removed", (markdown, text) => {
  expect(toPlainText(markdown)).toBe(text);
});
