/** A turn is one whole: what fails leaves nothing behind, what is told is true on disk. */
import { describe, expect, it } from "vitest";
import { KithError } from "../base/errors.ts";
import { keyed, lab, lan, lanTraits, rooms, said, Scene, sends } from "../../test/scenes/chat-scene.ts";
import { storeRetryMs, unfinishedMax, unfinishedPerTurn, unfinishedTextBytesMax } from "./chat.ts";
import type { ReceiptToken } from "./ports/network.ts";
import type { Item } from "./turn.ts";

const bob = keyed("bob");

function offered(text: string, receipt?: number): Item {
  const place = { kind: "direct" as const, identity: bob.identity };
  const event = { kind: "messageArrived" as const, from: bob, place, body: said(text), secrecy: bob.secrecy };
  if (receipt === undefined) return { kind: "network", network: lan, event };
  return {
    kind: "network",
    network: lan,
    event: { ...event, wireId: text, receipt: receipt as ReceiptToken },
  };
}

function seenBob(): Item {
  return {
    kind: "network",
    network: lan,
    event: { kind: "personSeen", contact: bob, availability: "available" },
  };
}

describe("a turn", () => {
  it("of many items is one commit, and every reply bears its number", () => {
    const scene = new Scene();
    const before = scene.commits;
    const names = ["alice", "", "Alice"];
    const turn = scene.turn(
      ...names.map((name, number) => ({
        kind: "command" as const,
        number,
        command: { kind: "set-name" as const, name },
      })),
    );
    expect(scene.commits).toBe(before + 1);
    expect(turn.replies.map(({ number, result }) => [number, result.ok])).toEqual([
      [0, true],
      [1, false],
      [2, true],
    ]);
    expect(scene.chat.queries.profile().name).toBe("Alice");
  });

  it("in which nothing is to be done opens no transaction", () => {
    const scene = new Scene();
    const before = scene.commits;
    scene.turn();
    scene.turn({ kind: "wake" });
    expect(scene.commits).toBe(before);
  });

  it("that only hears somebody known come and go as before writes nothing", () => {
    const scene = new Scene();
    scene.turn(seenBob());
    const before = scene.store.durable();
    const turn = scene.hear({ kind: "personSeen", contact: bob, availability: "busy" });
    expect(turn.events).toMatchObject([{ kind: "presence-changed", presence: { availability: "busy" } }]);
    expect(scene.store.durable()).toEqual(before);
  });

  it("presents me to a network when it comes and when I change", () => {
    const scene = new Scene();
    scene.do({ kind: "set-name", name: "Alice" });
    expect(scene.last.effects).toEqual([
      { kind: "present", network: lan, me: { name: "Alice", availability: "available" } },
    ]);
    scene.do({ kind: "set-availability", availability: "away" });
    expect(scene.restart().effects).toEqual([]);
    expect(scene.turn({ kind: "network-added", network: lan, traits: lanTraits }).effects).toEqual([
      { kind: "present", network: lan, me: { name: "Alice", availability: "away" } },
    ]);
  });
});

describe("an item that fails", () => {
  it("is undone alone, in the store, in memory and in what is told", () => {
    const scene = new Scene();
    scene.seen(bob);
    const { add } = scene.store.messages;
    scene.store.messages.add = (message) => {
      if (message.body.kind === "text" && message.body.text === "poison") throw new Error("a bug");
      return add(message);
    };
    const turn = scene.turn(offered("1", 1), offered("poison", 2), offered("3", 3));
    expect(turn.troubles).toMatchObject([{ message: "a bug" }]);
    expect(turn.effects).toMatchObject([{ receipt: 1 }, { receipt: 3 }]);
    const { id, unread } = scene.talkTo(scene.personOf(bob).id);
    expect(unread).toBe(2);
    expect(scene.shown(id)).toEqual(["1", "3"]);
  });

  it("leaves nobody behind whom it would have made known", () => {
    const scene = new Scene();
    const { add } = scene.store.messages;
    scene.store.messages.add = () => {
      throw new Error("a bug");
    };
    expect(scene.turn(offered("poison", 1)).troubles).toMatchObject([{ message: "a bug" }]);
    expect(scene.chat.queries.people()).toEqual([]);
    expect(scene.chat.queries.conversations()).toEqual([]);
    scene.store.messages.add = add;
    expect(scene.turn(offered("hello", 2)).troubles).toEqual([]);
  });

  it("answers its command with an internal error, and the cause is for the log", () => {
    const scene = new Scene();
    const bug = new Error("a bug");
    scene.store.settings.put = () => {
      throw bug;
    };
    const command = { kind: "put-setting", key: "a", value: "b" } as const;
    const { replies, troubles } = scene.turn({ kind: "command", number: 9, command });
    expect(replies).toMatchObject([
      { number: 9, result: { ok: false, problem: { code: "internal", cause: bug } } },
    ]);
    expect(troubles).toEqual([bug]);
  });

  it("is no trouble when the user was told what to do", () => {
    const scene = new Scene();
    const command = { kind: "put-setting", key: "core.name", value: "b" } as const;
    expect(scene.turn({ kind: "command", number: 9, command }).troubles).toEqual([]);
  });

  it("because of a report of a network that is not there is logged", () => {
    const scene = new Scene();
    scene.turn({ kind: "network-removed", network: lan });
    expect(scene.turn(seenBob()).troubles).toMatchObject([{ code: "no-such-network" }]);
  });
});

describe("a commit that fails", () => {
  it("shows, acknowledges and sends nothing, and tells every command", () => {
    const scene = new Scene();
    const conversation = scene.talkTo(scene.seen(bob).id).id;
    const before = scene.chat.queries.conversations();
    scene.diskFull = true;
    const turn = scene.turn(
      offered("hello", 1),
      { kind: "command", number: 1, command: { kind: "send-message", conversation, body: said("hi") } },
      { kind: "command", number: 2, command: { kind: "set-name", name: "" } },
    );
    expect(turn.events).toEqual([]);
    expect(turn.effects).toEqual([]);
    const failed = { ok: false, problem: { code: "store-failed" } };
    expect(turn.replies).toMatchObject([
      { number: 1, result: failed },
      { number: 2, result: failed },
    ]);
    expect(turn.wakeAt).toBe(scene.now.mono + storeRetryMs);
    expect(scene.chat.queries.conversations()).toEqual(before);
    expect(scene.chat.queries.outboxSize()).toBe(0);
  });

  it("because of a disk that fails in an item, takes the whole turn with it and says what it was", () => {
    const scene = new Scene();
    const full = new KithError("disk-full", { file: "kith.db" });
    scene.store.messages.add = () => {
      throw full;
    };
    const command = { kind: "set-name" as const, name: "Alice" };
    const turn = scene.turn({ kind: "command", number: 1, command }, offered("hello"));
    expect(turn.replies).toEqual([{ number: 1, result: { ok: false, problem: full } }]);
    expect(scene.chat.queries.profile().name).toBe("");
  });

  it("because the disk kept what it had reported as failed, is the last one", () => {
    const scene = new Scene();
    const ahead = new KithError("store-ahead");
    scene.store.transaction = () => {
      throw ahead;
    };
    const command = { kind: "set-name" as const, name: "Alice" };
    expect(() => scene.turn({ kind: "command", number: 1, command })).toThrow(ahead);
  });

  it("leaves a recipient's waiting messages as they were", () => {
    const scene = new Scene();
    const conversation = scene.talkTo(scene.seen(bob).id).id;
    const { id } = scene.send(conversation, "under way");
    const command = { kind: "send-message" as const, conversation, body: said("not stored") };
    scene.diskFull = true;
    scene.turn({ kind: "command", number: 1, command });
    scene.diskFull = false;
    const turn = scene.delivery(id, bob, { state: "failed", why: { code: "refused" }, again: "later" });
    expect(turn.troubles).toEqual([]);
    expect(sends(scene.pass(2_500)).map((outgoing) => outgoing.message)).toEqual([id]);
    expect(sends(scene.delivery(id, bob, { state: "delivered" }))).toEqual([]);
    expect(scene.last.troubles).toEqual([]);
  });

  it("loses nothing that networks say once: it is taken up when the disk has room again", () => {
    const scene = new Scene();
    scene.diskFull = true;
    scene.turn(seenBob());
    scene.turn(offered("said once"), offered("will be repeated", 1));
    expect(scene.chat.queries.people()).toEqual([]);
    scene.diskFull = false;
    const turn = scene.pass(storeRetryMs);
    expect(turn.events).toContainEqual(expect.objectContaining({ kind: "presence-changed" }));
    expect(turn.effects).toEqual([]);
    const { id } = scene.talkTo(scene.personOf(bob).id);
    expect(scene.shown(id)).toEqual(["said once"]);
    expect(scene.turn(offered("will be repeated", 2)).effects).toHaveLength(1);
    expect(scene.shown(id)).toEqual(["said once", "will be repeated"]);
  });

  it("does not lose the outcome of a delivery", () => {
    const scene = new Scene();
    const { id } = scene.send(scene.talkTo(scene.seen(bob).id).id, "hello");
    scene.diskFull = true;
    scene.delivery(id, bob, { state: "delivered" });
    expect(scene.delivered(id)?.state).toBe("sending");
    scene.diskFull = false;
    scene.pass(storeRetryMs);
    expect(scene.delivered(id)?.state).toBe("delivered");
  });

  it("puts off what was due, without haste", () => {
    const scene = new Scene();
    const { id } = scene.send(scene.talkTo(scene.seen(bob).id).id, "hello");
    scene.delivery(id, bob, { state: "failed", why: { code: "refused" }, again: "later" });
    scene.diskFull = true;
    expect(scene.pass(10_000).wakeAt).toBe(scene.now.mono + storeRetryMs);
    scene.diskFull = false;
    expect(sends(scene.pass(storeRetryMs))).toHaveLength(1);
  });

  it("keeps as many reports as the limit says, the earliest, and logs what it drops", () => {
    const scene = new Scene();
    scene.diskFull = true;
    const reports = Array.from({ length: unfinishedMax }, (_, i) => offered(`${i}`));
    expect(scene.turn(...reports).troubles).toHaveLength(1);
    expect(scene.turn(offered("one too many")).troubles).toHaveLength(2);
    scene.diskFull = false;
    while (scene.turn().wakeAt === scene.now.mono);
    expect(scene.chat.queries.conversations()[0]?.conversation.unread).toBe(unfinishedMax);
  });

  it("keeps no more text than the limit says", () => {
    const scene = new Scene();
    scene.diskFull = true;
    const half = "x".repeat(unfinishedTextBytesMax / 4);
    expect(scene.turn(offered(half), offered(half)).troubles).toHaveLength(1);
    expect(scene.turn(offered("x"), seenBob()).troubles).toHaveLength(2);
    scene.diskFull = false;
    scene.turn();
    expect(scene.chat.queries.conversations()[0]?.conversation.unread).toBe(2);
    expect(scene.chat.queries.people()[0]?.presence.online).toBe(true);
  });

  it("never forgets that a network came or went, however much else is kept", () => {
    const scene = new Scene();
    scene.diskFull = true;
    scene.turn(...Array.from({ length: unfinishedMax }, (_, i) => offered(`${i}`)));
    scene.turn({ kind: "network-removed", network: lan });
    scene.turn({ kind: "network-added", network: lab, traits: lanTraits });
    scene.diskFull = false;
    while (scene.turn().wakeAt === scene.now.mono);
    expect(scene.chat.queries.networks().map(({ name }) => name)).toEqual([lab]);
  });

  it("keeps of a room what was said last of who is there, and that always", () => {
    const scene = new Scene();
    scene.addRooms();
    const { id } = scene.inRoom([bob]);
    scene.diskFull = true;
    const roster = (connected: boolean): Item => ({
      kind: "network",
      network: rooms,
      event: { kind: "roster", room: "garden", members: [], connected },
    });
    scene.turn(...Array.from({ length: unfinishedMax }, () => roster(true)));
    const texts = Array.from({ length: unfinishedMax - 1 }, (_, i) => offered(`${i}`));
    expect(scene.turn(...texts).troubles).toHaveLength(1);
    expect(scene.turn(offered("fits"), offered("one too many"), roster(false)).troubles).toHaveLength(2);
    expect(scene.chat.queries.conversation(id)?.standing).toBe("connected");
    scene.diskFull = false;
    while (scene.turn().wakeAt === scene.now.mono);
    expect(scene.chat.queries.conversation(id)).toMatchObject({
      standing: "joined",
      conversation: { members: [] },
    });
  });

  it("is tried again with so many of the reports kept, and the rest follows in turns that come at once", () => {
    const scene = new Scene();
    scene.diskFull = true;
    const reports = Array.from({ length: 2 * unfinishedPerTurn }, (_, i) => offered(`${i}`));
    scene.turn(...reports);
    let added = 0;
    const { add } = scene.store.messages;
    scene.store.messages.add = (message) => {
      added++;
      return add(message);
    };
    expect(scene.pass(storeRetryMs).wakeAt).toBe(scene.now.mono + storeRetryMs);
    expect(added).toBe(unfinishedPerTurn);
    scene.diskFull = false;
    const command = { kind: "set-name", name: "Alice" } as const;
    const first = scene.turn(offered("the last"), { kind: "command", number: 1, command });
    expect(first.replies).toMatchObject([{ number: 1, result: { ok: true } }]);
    expect(first.wakeAt).toBe(scene.now.mono);
    const { id, unread } = scene.talkTo(scene.personOf(bob).id);
    expect(unread).toBe(2 * unfinishedPerTurn);
    scene.turn();
    expect(scene.last.wakeAt).toBeUndefined();
    expect(scene.shown(id).at(-1)).toBe("the last");
  });

  it("in the middle of a turn takes the whole turn with it", () => {
    const scene = new Scene();
    const { add } = scene.store.messages;
    let full = true;
    scene.store.messages.add = (message) => {
      if (full) scene.diskFull = true;
      return add(message);
    };
    scene.turn(offered("hello"));
    expect(scene.chat.queries.people()).toEqual([]);
    full = scene.diskFull = false;
    scene.turn();
    expect(scene.chat.queries.people()).toHaveLength(1);
  });
});
