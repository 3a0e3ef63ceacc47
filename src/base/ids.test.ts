/** Ids are taken only in the one form in which they are written. */
import { expect, it } from "vitest";
import { newMessageId, toMessageId, toNetworkName } from "./ids.ts";
import { seededRandom } from "./random.ts";

it("a new message id is 22 characters that are taken as one", () => {
  const id = newMessageId(seededRandom(1));
  expect(id).toHaveLength(22);
  expect(toMessageId(id)).toBe(id);
});

it.each(["", "AAECAwQFBgcICQoLDA0ODx", "AAECAwQFBgcICQoLDA0ODw==", "AAECAwQFBgcICQoLDA0O", "__proto__"])(
  "%j is no message id",
  (text) => {
    expect(toMessageId(text)).toBeUndefined();
  },
);

it.each([
  ["lan", true],
  ["lab-2", true],
  ["a".repeat(32), true],
  ["a".repeat(33), false],
  ["Lan", false],
  ["2lan", false],
  ["", false],
  ["lan ", false],
])("%j as a network's name: %s", (text, taken) => {
  expect(toNetworkName(text)).toBe(taken ? text : undefined);
});
