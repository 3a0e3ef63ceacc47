/** An import adds what is missing, once, quietly, and makes nobody known for sure. */
import { expect, it } from "vitest";
import { type MessageId, newMessageId } from "../base/ids.ts";
import { seededRandom } from "../base/random.ts";
import { keyed, lan, plain, refusal, said, Scene } from "../../test/scenes/chat-scene.ts";
import type { ImportContact, ImportRecord } from "./commands.ts";
import { importRecordsMax } from "./import.ts";
import { Imported, stretchesMax } from "./imported.ts";
import type { ContactFacts } from "./ports/network.ts";

function contact({ identity, keyed: isKeyed, name, secrecy }: ContactFacts): ImportContact {
  return { identity, keyed: isKeyed, name, secrecy };
}

function record(number: number, from: ContactFacts, text: string, mine = false): ImportRecord {
  return {
    network: lan,
    conversation: { kind: "direct", with: contact(from) },
    ...(mine ? {} : { author: contact(from) }),
    message: {
      id: idOf(number),
      mine,
      sentAt: number,
      arrivedAt: number,
      body: said(text),
      secrecy: from.secrecy,
      deleted: false,
    },
  };
}

function idOf(number: number): MessageId {
  return newMessageId(seededRandom(1_000 + number));
}

const bob = keyed("bob");
const file = [
  record(1, bob, "hello"),
  record(2, bob, "hello yourself", true),
  record(3, bob, "how are you?"),
];

it("messages are added in the order of the file, and a second import adds nothing", () => {
  const scene = new Scene();
  expect(scene.do({ kind: "import", records: file })).toEqual({ added: 3, known: 0 });
  const [view] = scene.chat.queries.conversations();
  expect(scene.shown(view?.conversation.id ?? noId())).toEqual(["hello", "hello yourself", "how are you?"]);
  expect(scene.do({ kind: "import", records: file })).toEqual({ added: 0, known: 3 });
  expect(scene.last.events).toEqual([]);
});

it("an import is no news: nothing unread, nobody told of single messages", () => {
  const scene = new Scene();
  scene.do({ kind: "import", records: file });
  expect(scene.last.events.map((event) => event.kind)).toEqual(["person-changed", "conversation-changed"]);
  const { conversation } = scene.chat.queries.conversations()[0] ?? noConversation();
  expect(conversation).toMatchObject({ unread: 0, readUpTo: conversation.newest });
});

it("what was unread stays unread", () => {
  const scene = new Scene();
  scene.arrived(bob, "news");
  scene.do({ kind: "import", records: file });
  const { conversation } = scene.chat.queries.conversations()[0] ?? noConversation();
  expect(conversation.unread).toBe(3);
});

it("an identity in a file is a claim: nobody is pinned by it until heard", () => {
  const scene = new Scene();
  scene.do({ kind: "import", records: file });
  expect(scene.personOf(bob).trust).toBe("unknown");
  expect(scene.seen(bob).trust).toBe("pinned");
});

it("a file cannot make a key that was pinned somebody else's", () => {
  const scene = new Scene();
  const known = scene.seen(bob);
  const forged = keyed("bob", "mallory's");
  scene.do({ kind: "import", records: [record(4, forged, "trust me")] });
  expect(scene.personOf(bob)).toEqual(known);
  expect(scene.personOf(forged)).toMatchObject({
    label: "bob (2)",
    trust: "unknown",
    sharesNameWith: known.id,
  });
  expect(scene.seen(forged).trust).toBe("changed");
});

it("messages merge into the conversation that is here, also of another spelling of its author", () => {
  const scene = new Scene();
  scene.arrived(plain("carol"), "hi");
  const stray = { ...record(5, plain("carol"), "older"), author: contact(plain("someone")) };
  scene.do({ kind: "import", records: [stray] });
  const { id } = scene.talkTo(scene.personOf(plain("carol")).id);
  expect(scene.shown(id)).toEqual(["(not-encrypted)", "hi", "older"]);
  expect(scene.chat.queries.people()).toHaveLength(1);
});

it("rooms and what is for everyone are merged by name", () => {
  const scene = new Scene();
  const rooms = (["room", "everyone"] as const).map((kind, i) => ({
    ...record(10 + i, bob, kind),
    conversation: kind === "room" ? { kind, room: "garden" } : { kind },
  }));
  scene.do({ kind: "import", records: rooms });
  expect(scene.chat.queries.conversations().map((view) => view.title)).toEqual(["garden", "lan"]);
});

it("a slice of the greatest size is taken, a greater one refused whole", () => {
  const scene = new Scene();
  const records = Array.from({ length: importRecordsMax }, (_, i) => record(100 + i, bob, "x"));
  expect(scene.do({ kind: "import", records })).toEqual({ added: importRecordsMax, known: 0 });
  const more = Array.from({ length: importRecordsMax + 1 }, (_, i) => record(5_000 + i, bob, "x"));
  expect(refusal(() => scene.do({ kind: "import", records: more }))).toBe("bad-parameters");
});

it("an imported message that comes over the wire is known", () => {
  const scene = new Scene();
  scene.do({ kind: "import", records: file });
  scene.arrived(bob, "hello", idOf(1));
  expect(scene.shown(scene.talkTo(scene.personOf(bob).id).id)).toHaveLength(3);
});

function noId(): never {
  throw new Error("there is no conversation");
}

function noConversation(): never {
  throw new Error("there is no conversation");
}

it("what an import added is told from what was said here, after a restart too", () => {
  const scene = new Scene();
  scene.arrived(bob, "said before");
  for (const one of file) scene.do({ kind: "import", records: [one] });
  scene.arrived(bob, "said after");
  scene.restart();
  const { queries } = scene.chat;
  const here = queries.since(0, 10).filter(({ message }) => !queries.wasImported(message.arrived));
  expect(here.map(({ message }) => message.body)).toEqual([
    { kind: "text", text: "said before" },
    { kind: "text", text: "said after" },
  ]);
  expect(queries.settings("")).toEqual([]);
});

it("an import that could not be committed has given out no number", () => {
  const scene = new Scene();
  scene.diskFull = true;
  expect(refusal(() => scene.do({ kind: "import", records: file }))).toBe("store-failed");
  scene.diskFull = false;
  scene.arrived(bob, "said here");
  expect(scene.chat.queries.wasImported(1)).toBe(false);
});

it("so many stretches of imports are remembered, and of one more the oldest is forgotten", () => {
  const { store } = new Scene();
  const imported = new Imported(store.settings);
  store.transaction(() => {
    for (let at = 0; at < stretchesMax; at++) imported.add(10 * at + 1, 10 * at + 3);
  });
  expect([1, 3, 4, 11].map((number) => imported.has(number))).toEqual([true, true, false, true]);
  store.transaction(() => imported.add(10 * stretchesMax + 1, 10 * stretchesMax + 1));
  expect([1, 11].map((number) => imported.has(number))).toEqual([false, true]);
});
