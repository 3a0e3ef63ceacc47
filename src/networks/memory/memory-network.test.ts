/** What the memory network can be told to do to its post: lose it, give it up, bring it late. */
import { expect, it } from "vitest";
import { newMessageId } from "../../base/ids.ts";
import type { NetworkName } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
import type { NetworkEvent, Outgoing } from "../../core/ports/network.ts";
import { MemoryHub } from "./memory-network.ts";

function pair(keyed: boolean) {
  const hub = new MemoryHub({ keyed, wall: () => 0 });
  const network = "memory" as NetworkName;
  const [alice, bob] = [hub.join({ identity: "alice", network }), hub.join({ identity: "bob", network })];
  const outcomes: unknown[] = [];
  const offered: Extract<NetworkEvent, { readonly kind: "messageArrived" }>[] = [];
  void alice.start((event) => (event.kind === "delivery" ? outcomes.push(event.outcome) : 0));
  void bob.start((event) => (event.kind === "messageArrived" ? offered.push(event) : 0));
  hub.deliver();
  return { hub, alice, bob, outcomes, offered };
}

const outgoing: Outgoing = {
  message: newMessageId(seededRandom(1)),
  place: { kind: "direct", identity: "bob" },
  recipients: ["bob"],
  body: { kind: "text", text: "hello" },
  sentAt: 0,
  secrecyLeast: "none",
};

it("what is lost fails: for now where it may be repeated, for good where nobody knows", () => {
  for (const [keyed, again] of [
    [true, "later"],
    [false, "never"],
  ] as const) {
    const { hub, alice, outcomes, offered } = pair(keyed);
    alice.send(outgoing);
    hub.deliver(() => true);
    expect(outcomes).toMatchObject([{ state: "failed", again }]);
    expect(offered).toEqual([]);
  }
});

it("an attempt that was given up does not fail twice, but a late confirmation is told", () => {
  const { hub, alice, bob, outcomes, offered } = pair(true);
  alice.send(outgoing);
  hub.timeOut();
  hub.deliver(() => true);
  expect(outcomes).toEqual([{ state: "failed", why: { code: "no-receipt" }, again: "later" }]);
  alice.send(outgoing);
  hub.deliver();
  hub.timeOut();
  for (const { receipt } of offered) if (receipt !== undefined) bob.acknowledge(receipt);
  hub.deliver();
  expect(outcomes.at(-1)).toEqual({ state: "delivered" });
});
