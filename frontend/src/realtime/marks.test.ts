import { expect, it } from "vitest";
import { withoutMarks } from "./marks";

it.each([
  ["Read **2 318 kWh** and `x`", "Read 2 318 kWh and x"],
  ["press *Download*.", "press Download."],
  ["so:\n- one\n- two\n> said", "so:\none\ntwo\nsaid"],
  ["```sh\ncurl\n```", "curl\n"],
  ["2 * 3 * 4, 5*6*7, -1", "2 * 3 * 4, 5*6*7, -1"],
])("a line of a list has the words of %j", (text, words) => {
  expect(withoutMarks(text)).toBe(words);
});
