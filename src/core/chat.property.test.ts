/** Whatever happens in whatever order: nothing promised is lost, nothing is told twice, memory is what is stored. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { present } from "../base/assert.ts";
import { seededRandom } from "../base/random.ts";
import { ChatWorld, type Host, hubWire, type Mishap, roomsWire } from "../../test/scenes/chat-world.ts";
import { MemoryStore } from "../store/memory/memory-store.ts";
import { Chat } from "./chat.ts";
import { foldName } from "./people/names.ts";

const names = ["alice", "bob", "carol"] as const;
const host = fc.nat({ max: names.length - 1 });
const mishap = fc.constantFrom<Mishap>("none", "none", "none", "disk-full", "crash-before-effects");

type Step =
  | { readonly kind: "say"; readonly who: number; readonly to: number }
  | { readonly kind: "say-in-room"; readonly who: number }
  | { readonly kind: "come-or-go"; readonly who: number }
  | { readonly kind: "turn"; readonly who: number; readonly mishap: Mishap; readonly itemsMax: number }
  | { readonly kind: "deliver"; readonly seed: number; readonly loss: number }
  | { readonly kind: "crash"; readonly who: number }
  | { readonly kind: "rename"; readonly who: number; readonly name: string }
  | {
      readonly kind: "join" | "delete" | "cancel" | "retry" | "give-name" | "read";
      readonly who: number;
      readonly which: number;
    }
  | { readonly kind: "time-out" }
  | { readonly kind: "pass"; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("say" as const), who: host, to: host }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("turn" as const),
      who: host,
      mishap,
      itemsMax: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("deliver" as const),
      seed: fc.nat(),
      loss: fc.constantFrom(0, 0.3, 1),
    }),
  },
  fc.record({ kind: fc.constant("crash" as const), who: host }),
  fc.record({
    kind: fc.constant("rename" as const),
    who: host,
    name: fc.constantFrom(...names, "Alice", "bob (2)"),
  }),
  fc.record({
    kind: fc.constantFrom("retry" as const, "read" as const, "give-name" as const),
    who: host,
    which: fc.nat(),
  }),
  fc.record({ kind: fc.constant("time-out" as const) }),
  fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(10, 3_000, 130_000, 7_200_000) }),
);

const disruptive: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: step },
  fc.record({
    kind: fc.constantFrom("join" as const, "delete" as const, "cancel" as const),
    who: host,
    which: fc.nat(),
  }),
);

const inRoom: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("say-in-room" as const), who: host }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("crash" as const), who: host }) },
  fc.record({ kind: fc.constant("come-or-go" as const), who: host }),
  { weight: 8, arbitrary: step.filter((one) => one.kind !== "retry" && one.kind !== "say") },
);

function take(world: ChatWorld, taken: Step, number: number): void {
  if (taken.kind === "deliver") {
    const random = seededRandom(taken.seed);
    world.wire.deliver(() => random.fraction() < taken.loss);
  } else if (taken.kind === "time-out") world.wire.timeOut();
  else if (taken.kind === "pass") world.pass(taken.ms);
  else takeAt(present(world.hosts[taken.who], "the host"), taken, world, number);
}

type StepAtHost = Extract<Step, { readonly who: number }>;

function takeAt(who: Host, taken: StepAtHost, world: ChatWorld, number: number): void {
  if (taken.kind === "say") who.say(world.hosts[taken.to]?.identity ?? "", `${number} by ${who.name}`);
  else if (taken.kind === "say-in-room") who.sayInRoom(`${number} by ${who.name}`);
  else if (taken.kind === "come-or-go") who.comeOrGo();
  else if (taken.kind === "turn") who.turn(taken.mishap, taken.itemsMax);
  else if (taken.kind === "crash") who.crash();
  else if (taken.kind === "rename") who.ask({ kind: "set-name", name: taken.name });
  else ask(who, taken.kind, taken.which);
}

function ask(
  who: Host,
  kind: "join" | "delete" | "cancel" | "retry" | "give-name" | "read",
  which: number,
): void {
  const people = who.chat.queries.people().map((view) => view.person.id);
  const messages = who.history().map((message) => message.id);
  const views = who.chat.queries.conversations();
  const person = people[which % people.length];
  const other = people[(which >> 4) % people.length];
  const message = messages[which % messages.length];
  const conversation = views[which % views.length]?.conversation;
  if (kind === "join" && person !== undefined && other !== undefined) {
    who.ask({ kind: "join-people", into: person, from: other });
  } else if (kind === "give-name" && person !== undefined) {
    who.ask({ kind: "rename-person", person, name: names[which % 3] ?? "alice" });
  } else if (kind === "read" && conversation !== undefined) {
    who.ask({
      kind: "change-conversation",
      conversation: conversation.id,
      readUpTo: which % (conversation.newest + 1),
    });
  } else if (message !== undefined && (kind === "delete" || kind === "cancel" || kind === "retry")) {
    who.ask({ kind: `${kind}-message`, message });
  }
}

/** What a chat holds in memory that also stands in the store. */
function remembered(chat: Chat): unknown {
  const { queries } = chat;
  return {
    people: queries
      .people()
      .map(({ person, contacts }) => ({ person, contacts: contacts.toSorted((a, b) => a.id - b.id) })),
    conversations: queries.conversations().map(({ conversation, title }) => ({ conversation, title })),
    open: queries.outboxSize(),
    names: names.map((name) => queries.whoIs(name)),
  };
}

function checkHost(who: Host): void {
  const fresh = new Chat({ store: new MemoryStore({ from: who.store.durable() }), random: seededRandom(0) });
  expect(remembered(who.chat)).toEqual(remembered(fresh));
  const labels = who.chat.queries.people().map(({ person }) => foldName(person.label));
  expect(new Set(labels).size).toBe(labels.length);
  for (const { conversation } of who.chat.queries.conversations()) {
    const page = who.store.messages.page({
      conversation: conversation.id,
      from: { kind: "newest" },
      limit: 10_000,
    });
    const unread = page.filter(
      ({ author, arrived }) => author !== undefined && arrived > conversation.readUpTo,
    );
    expect(conversation.unread).toBe(unread.length);
    expect(conversation.newest).toBe(page.at(-1)?.arrived ?? 0);
  }
}

/** A tick at the author means a durable copy at the recipient. */
function checkTicks(world: ChatWorld): void {
  for (const author of world.hosts) {
    const mine = author.chat.queries.since(0, 100_000).filter(({ message }) => message.mine);
    for (const { message, deliveries } of mine) {
      for (const { state, recipient } of deliveries) {
        if (state !== "delivered") continue;
        const { identity } = author.store.people.contacts().find(({ id }) => id === recipient) ?? {
          identity: "",
        };
        const at = world.hosts.find((one) => one.identity === identity);
        expect(at?.store.messages.get(message.id)).toBeDefined();
      }
    }
  }
}

/** In the order of their arrival. */
function textsOfOthers(one: Host): readonly string[] {
  const ofOthers = one.history().filter(({ mine }) => !mine);
  return ofOthers.flatMap(({ body }) => (body.kind === "text" ? [body.text] : []));
}

/** How often each text stands in the histories of those who did not write it. */
function arrivals(world: ChatWorld): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { body, mine, deleted } of world.hosts.flatMap((one) => one.history())) {
    if (mine || deleted || body.kind !== "text") continue;
    counts.set(body.text, (counts.get(body.text) ?? 0) + 1);
  }
  return counts;
}

function run(steps: readonly Step[], keyed: boolean): ChatWorld {
  return runOn(new ChatWorld(names, (wall) => hubWire(keyed, wall)), steps, keyed);
}

function runOn(world: ChatWorld, steps: readonly Step[], keyed: boolean): ChatWorld {
  steps.forEach((taken, number) => {
    take(world, taken, number);
    for (const one of world.hosts) checkHost(one);
    if (keyed) checkTicks(world);
  });
  world.settle();
  for (const one of world.hosts) checkHost(one);
  return world;
}

describe("whatever happens", () => {
  it("with keys, every message that was promised arrives exactly once, and nothing else does", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const world = run(steps, true);
        const promised = world.hosts.flatMap((one) => one.promised);
        expect([...arrivals(world).entries()].toSorted()).toEqual(
          promised.map((text) => [text, 1] as const).toSorted(),
        );
        for (const one of world.hosts) expect(one.chat.queries.outboxSize()).toBe(0);
        checkTicks(world);
      }),
      { numRuns: 150 },
    );
  });

  it("with the user deleting, joining and giving up, nothing is told twice or made up", () => {
    fc.assert(
      fc.property(fc.array(disruptive, { maxLength: 40 }), (steps) => {
        const world = run(steps, true);
        const promised = new Set(world.hosts.flatMap((one) => one.promised));
        for (const [text, count] of arrivals(world)) expect([promised.has(text), count]).toEqual([true, 1]);
      }),
      { numRuns: 100 },
    );
  });

  it("in a room, nothing is told twice by itself, and in the end nothing waits", () => {
    fc.assert(
      fc.property(fc.array(inRoom, { maxLength: 40 }), (steps) => {
        const world = runOn(new ChatWorld(names, roomsWire), steps, false);
        for (const one of world.hosts) {
          expect(new Set(textsOfOthers(one)).size).toBe(textsOfOthers(one).length);
          if (one.isConnected) expect(one.chat.queries.outboxSize()).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("in a room without mishaps, all who are there hear all that is promised, in its order", () => {
    const undisturbed = fc.oneof(
      fc.record({ kind: fc.constant("say-in-room" as const), who: host }),
      fc.record({
        kind: fc.constant("turn" as const),
        who: host,
        mishap: fc.constant("none" as const),
        itemsMax: fc.integer({ min: 1, max: 9 }),
      }),
      fc.record({ kind: fc.constant("deliver" as const), seed: fc.nat(), loss: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(undisturbed, { maxLength: 40 }), (steps) => {
        const world = runOn(new ChatWorld(names, roomsWire), steps, false);
        for (const from of world.hosts) {
          for (const one of world.hosts.filter((other) => other !== from)) {
            expect(textsOfOthers(one).filter((text) => text.endsWith(from.name))).toEqual(from.promised);
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("without ids on the wire, nothing is told twice by itself", () => {
    const byItself = step.filter((one) => one.kind !== "retry");
    fc.assert(
      fc.property(fc.array(byItself, { maxLength: 40 }), (steps) => {
        const world = run(steps, false);
        for (const count of arrivals(world).values()) expect(count).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});
