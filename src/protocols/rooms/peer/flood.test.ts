/** Texts of others: shown once, passed on once, laid to whom they claim to be from, and never believed further. */
import { beforeEach, expect, it } from "vitest";
import {
  alice,
  aliceHid,
  bob,
  bobHid,
  carol,
  carolHid,
  Stage,
  elsewhere,
  textOf,
} from "../../../../test/rooms/stage.ts";
import { membersText } from "../../../../test/rooms/server.ts";
import { newMessageId } from "../../../base/ids.ts";
import { seededRandom } from "../../../base/random.ts";
import type { LinkId } from "../../machine.ts";
import type { Member } from "../messages.ts";
import { hidOf } from "../sdbm.ts";
import { parkedMax, straysToldMax } from "./flood.ts";
import { queueMax } from "./pace.ts";

const dave: Member = { user: "dave", ip: "127.0.0.1", port: 5_004 };
const daveHid = String(hidOf(dave));

let stage: Stage;
/** To bob, carol and the server. */
let toBob: LinkId;
let toCarol: LinkId;
let leg: LinkId;
beforeEach(() => {
  stage = new Stage();
  ({ link: toBob, server: leg } = stage.linkedWith(bob, [carol]));
  toCarol = stage.came();
  stage.says(toCarol, "P:den:carol:127.0.0.1:5003:0::\r\n");
  stage.run(2_000);
});

function count(what: string): number {
  return stage.counters.get(what) ?? 0;
}

it("a text goes on with the bytes in which it came, but not to its bringer and not to its origin", () => {
  const fromBob = textOf(bobHid, "bob", 1, "hi");
  stage.says(toBob, fromBob);
  expect(stage.textsTo(toBob)).not.toContain(fromBob);
  expect(stage.textsTo(toCarol)).toContain(fromBob);
  const oddlyWritten = `T:den:0${carolHid}:carol:007:002:ho::\r\n`;
  stage.says(toBob, oddlyWritten);
  stage.run(20);
  expect([...stage.textsTo(toBob), ...stage.textsTo(toCarol)]).not.toContain(oddlyWritten);
  expect(stage.heard).toEqual(["bob: hi", "carol: ho"]);
});

it("repeats, also those that come over another link, are counted and nothing more", () => {
  const text = textOf(bobHid, "bob", 1, "hi");
  for (const link of [toBob, toBob, toCarol]) stage.says(link, text);
  stage.run(100);
  expect(stage.heard).toEqual(["bob: hi"]);
  expect(stage.textsTo(toCarol).filter((one) => one === text).length).toBe(1);
  expect(count("text-duplicate")).toBe(2);
  expect(stage.machine.facts()).toMatchObject({ textsShown: 1, textsForwarded: 1, duplicates: 2 });
});

it("our own text that comes back is neither shown nor passed on", () => {
  stage.says(toBob, textOf(aliceHid, "alice", 1, "hi"));
  stage.run(100);
  expect(stage.heard).toEqual([]);
  expect([...stage.textsTo(toBob), ...stage.textsTo(toCarol)].length).toBe(2);
  expect(count("text-own")).toBe(1);
});

it("a text for another room is dropped, and told once for each who speaks so", () => {
  for (const id of [1, 2]) stage.says(toBob, elsewhere(textOf(bobHid, "bob", id, "hi")));
  expect(stage.heard).toEqual([]);
  expect(stage.told("stray")).toEqual([{ kind: "stray", room: "den", name: "bob", spoken: "attic" }]);
  expect(count("text-wrong-room")).toBe(2);
});

it(`of ${straysToldMax + 1} who speak as if in another room the last is not told: forged names must not fill the screen`, () => {
  for (let i = 0; i <= straysToldMax; i++) stage.says(toBob, elsewhere(textOf("1", `m${i}`, 1, "hi")));
  expect(stage.told("stray").length).toBe(straysToldMax);
});

it("an unknown origin is looked up in a fresh list before its text is shown", () => {
  stage.says(toBob, textOf(daveHid, "dave", 1, "hi"));
  stage.says(toBob, textOf(daveHid, "dave", 2, "ho"));
  expect(stage.heard).toEqual([]);
  expect(stage.textsTo(leg).filter((text) => text.startsWith("J:")).length).toBe(2);
  stage.says(leg, membersText([dave, bob, carol, alice]));
  expect(stage.heard).toEqual(["dave: hi", "dave: ho"]);
  expect(stage.told("arrived")[0]?.from.identity).toBe("name:dave");
});

it("a text that waits for a list is not overtaken by the next one of its origin", () => {
  stage.says(toBob, textOf(daveHid, "dave", 1, "one"));
  stage.says(leg, membersText([bob, carol, alice]));
  stage.says(toBob, textOf(daveHid, "dave", 2, "two"));
  stage.run(1_000);
  stage.says(leg, membersText([dave, bob, carol, alice]));
  stage.run(1_000);
  stage.says(leg, membersText([dave, bob, carol, alice]));
  expect(stage.heard).toEqual(["dave: two"]);
  expect(count("text-unknown-origin")).toBe(1);
});

it.each(["carol", "12345", "", "99999999999999999999999"])(
  "a program that puts %j where its number belongs is known by its name, if only one has it",
  (origin) => {
    const text = `T:den:${origin}:carol:1:2:hi::\r\n`;
    stage.says(toBob, text);
    expect(stage.heard).toEqual([]);
    stage.says(leg, membersText([bob, carol, alice]));
    expect(stage.heard).toEqual(["carol: hi"]);
    stage.run(100);
    // It is hers: it does not go back to her.
    expect(stage.textsTo(toCarol)).not.toContain(text);
    const namesake = { ...carol, port: 5_009 };
    stage.says(toBob, `T:den:${origin}:carol:2:2:ho::\r\n`);
    stage.run(1_000);
    stage.says(leg, membersText([namesake, bob, carol, alice]));
    expect(stage.heard).toEqual(["carol: hi"]);
    expect(count("text-unknown-origin")).toBe(1);
  },
);

it("what was said before its origin moved to another address is not taken for said anew", () => {
  const text = textOf(bobHid, "bob", 1, "hi");
  stage.says(toBob, text);
  const moved = { ...bob, port: 5_009 };
  stage.list = [moved, carol, alice];
  stage.run(20_000);
  stage.says(toCarol, text);
  stage.run(1_000);
  expect(stage.heard).toEqual(["bob: hi"]);
  expect(count("text-duplicate")).toBe(1);
  stage.says(toCarol, textOf(bobHid, "bob", 2, "ho"));
  stage.run(1_000);
  expect(stage.heard).toEqual(["bob: hi", "bob: ho"]);
});

it("nobody speaks in my name to me", () => {
  stage.says(toBob, `T:den:alice:alice:1:2:hi::\r\n`);
  stage.says(leg, membersText([bob, carol, alice]));
  expect(stage.heard).toEqual([]);
  expect(count("text-own")).toBe(1);
});

it("without the server an unknown origin is judged by the list at hand, at once", () => {
  stage.down(leg, "reset");
  stage.says(toBob, textOf(daveHid, "dave", 1, "hi"));
  stage.says(toBob, textOf("nonsense", "carol", 1, "ho"));
  expect(stage.heard).toEqual(["carol: ho"]);
});

it("when the server does not answer, what waited is judged by the list at hand", () => {
  stage.says(toBob, textOf("nonsense", "carol", 1, "ho"));
  stage.run(11_000);
  expect(stage.heard).toEqual(["carol: ho"]);
});

it(`${parkedMax} texts wait for a list, one more does not`, () => {
  for (let id = 0; id <= parkedMax; id++) {
    stage.says(toBob, textOf(daveHid, "dave", id, "hi"));
    // Within the rate at which a link is read.
    stage.run(1);
  }
  stage.run(5_000);
  expect(count("text-unknown-origin-full")).toBe(1);
  stage.says(leg, membersText([dave, bob, carol, alice]));
  stage.run(2_000);
  stage.says(leg, membersText([dave, bob, carol, alice]));
  expect(stage.heard.length).toBe(parkedMax);
});

it("the server is asked out of turn at most once a second, whatever comes", () => {
  const before = stage.textsTo(leg).length;
  for (let i = 0; i < 100; i++) {
    stage.says(toBob, textOf(String(i), "mallory", i, "hi"));
    stage.run(50);
    if (stage.textsTo(leg).length > before) stage.says(leg, membersText([bob, carol, alice]));
  }
  expect(stage.textsTo(leg).length - before).toBeLessThanOrEqual(6);
});

it("a program that was started again and counts from 1 again is heard, though it says the same", () => {
  stage.list = [bob, carol, alice];
  stage.says(toCarol, textOf(carolHid, "carol", 1, "hi"));
  stage.run(31_000);
  stage.down(toCarol, "reset");
  const again = stage.came();
  stage.says(again, "P:den:carol:127.0.0.1:5003:0::\r\n");
  stage.says(again, textOf(carolHid, "carol", 1, "hi"));
  expect(stage.heard).toEqual(["carol: hi", "carol: hi"]);
  const ids = stage.told("arrived").map(({ wireId }) => wireId);
  expect(new Set(ids).size).toBe(2);
});

it("a program that was started again and counts from 1 again is heard over others too, once the list shows it", () => {
  stage.list = [bob, carol, alice];
  stage.says(toBob, textOf(carolHid, "carol", 1, "hi"));
  stage.run(31_000);
  stage.list = [carol, bob, alice];
  stage.run(20_000);
  stage.says(toBob, textOf(carolHid, "carol", 1, "hi"));
  expect(stage.heard).toEqual(["carol: hi", "carol: hi"]);
});

it("a text of nothing goes on and is not shown", () => {
  const text = textOf(bobHid, "bob", 1, "");
  stage.says(toBob, text);
  expect(stage.heard).toEqual([]);
  expect(stage.textsTo(toCarol)).toContain(text);
});

it("a colon at the end is a part of the text; where a program has stripped it, its link is closed", () => {
  stage.says(toBob, textOf(bobHid, "bob", 1, "see:"));
  expect(stage.heard).toEqual(["bob: see:"]);
  stage.says(toBob, `T:den:${bobHid}:bob:2:4:see::\r\nT:den:${bobHid}:bob:3:2:hi::\r\n`);
  expect(stage.has("drop", toBob)).toBe(true);
  expect(count("link-terminator")).toBe(1);
  expect(stage.heard).toEqual(["bob: see:"]);
});

it("what is no text at all has its place in the counts, and the link goes on", () => {
  stage.says(toBob, "S:1::\r\nX:1::\r\nP:den:bob:127.0.0.1:5002:0::\r\n");
  stage.says(toBob, textOf(bobHid, "bob", 1, "hi"));
  expect(stage.heard).toEqual(["bob: hi"]);
  expect([count("link-unexpected"), count("link-unknown-type")]).toEqual([2, 1]);
});

it("20 a second and 60 at once are read from a link; then it is read no further, and nothing is lost", () => {
  let all = "";
  for (let id = 1; id <= 100; id++) all += textOf(bobHid, "bob", id, `hi ${id}`);
  stage.says(toBob, all);
  expect(stage.heard.length).toBe(60);
  expect(stage.reads(toBob)).toBe(false);
  expect(stage.reads(toCarol)).toBe(true);
  stage.says(toCarol, textOf(carolHid, "carol", 1, "I am not held up"));
  expect(stage.heard.at(-1)).toBe("carol: I am not held up");
  stage.run(1_000);
  expect(stage.heard.length).toBe(60 + 1 + 20);
  stage.run(1_000);
  expect(stage.heard.length).toBe(101);
  expect(stage.reads(toBob)).toBe(true);
  expect(count("link-paused")).toBe(1);
});

it("while a queue is full nothing more is read, and nothing is lost", () => {
  stage.list = [bob, carol, alice];
  const message = newMessageId(seededRandom(1));
  for (let i = 0; i < queueMax + 1; i++) stage.tell({ kind: "send", message, room: "den", text: "x" });
  stage.says(toBob, textOf(bobHid, "bob", 1, "hi"));
  expect(stage.heard).toEqual([]);
  expect(stage.reads(toBob)).toBe(false);
  stage.run(200);
  expect(stage.heard).toEqual(["bob: hi"]);
  expect(stage.reads(toBob)).toBe(true);
  stage.run(20_000);
  expect(stage.textsTo(toCarol).at(-1)).toBe(textOf(bobHid, "bob", 1, "hi"));
});

it("what had come when a link broke is heard, though it was read no further", () => {
  let all = "";
  for (let id = 1; id <= 70; id++) all += textOf(bobHid, "bob", id, "hi");
  stage.says(toBob, all);
  expect(stage.heard.length).toBe(60);
  stage.down(toBob, "reset");
  expect(stage.heard.length).toBe(70);
});

it("half a message has its 10 s from when the link is read again", () => {
  stage.list = [bob, carol, alice];
  const message = newMessageId(seededRandom(1));
  const say = (times: number): void => {
    for (let i = 0; i < times; i++) stage.tell({ kind: "send", message, room: "den", text: "x" });
  };
  const text = textOf(bobHid, "bob", 1, "hi");
  say(queueMax + 1);
  stage.run(10);
  stage.says(toBob, text.slice(0, 20));
  // What goes out makes room for what we say, and never for what others do.
  for (let ms = 0; ms < 11_000; ms += 10) {
    stage.run(10);
    say(1);
  }
  expect(stage.reads(toBob)).toBe(false);
  stage.run(9_000);
  stage.says(toBob, text.slice(20));
  stage.run(1_000);
  expect(stage.heard).toEqual(["bob: hi"]);
});

it("half a message that is never finished costs its link after 10 s", () => {
  stage.says(toBob, `T:den:${bobHid}:bob:1:500:hi`);
  stage.run(9_999);
  expect(stage.has("drop", toBob)).toBe(false);
  stage.run(1);
  expect(stage.has("drop", toBob)).toBe(true);
  expect(count("link-too-slow")).toBe(1);
});
