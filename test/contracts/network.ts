/** The contract that every adapter of the Network port passes: two of them that can reach each other. */
import { describe, expect, it } from "vitest";
import { newMessageId } from "../../src/base/ids.ts";
import { seededRandom } from "../../src/base/random.ts";
import type { Network, NetworkEvent, Outgoing } from "../../src/core/ports/network.ts";
import { ofKind, outcomes, text } from "./network-events.ts";

export interface NetworkPair {
  readonly alice: Network;
  readonly bob: Network;
  /** The identities by which others know them. */
  readonly identities: { readonly alice: string; readonly bob: string };
  /** Lets everything that is on the way arrive, and time pass where the wire needs some. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

export function networkContract(name: string, make: () => Promise<NetworkPair>): void {
  describe(`${name} keeps the contract of a network`, () => {
    presenceContract(make);
    messageContract(make);
  });
}

function presenceContract(make: () => Promise<NetworkPair>): void {
  it("both see each other, by name, soon after the start", async () => {
    await using world = await started(make);
    const seen = ofKind(world.bobHeard, "personSeen").filter(
      (event) => event.contact.identity === world.pair.identities.alice,
    );
    expect(seen.at(-1)).toMatchObject({ contact: { name: "alice" }, availability: "available" });
    expect(ofKind(world.aliceHeard, "health").at(-1)?.state).toBe("up");
  });

  it("a change of availability is seen", async () => {
    await using world = await started(make);
    world.pair.alice.present({ name: "alice", availability: "busy" });
    await world.pair.settle();
    expect(ofKind(world.bobHeard, "personSeen").at(-1)).toMatchObject({ availability: "busy" });
  });

  it("nothing is reported after stop, whatever others do", async () => {
    await using world = await started(make);
    await world.pair.bob.stop();
    world.bobHeard.length = 0;
    world.pair.alice.present({ name: "alice", availability: "away" });
    world.pair.alice.send(message(world.pair, "anybody there?"));
    world.pair.bob.send(message(world.pair, "I am not"));
    await world.pair.settle();
    expect(world.bobHeard).toEqual([]);
  });

  it("it can be started again", async () => {
    await using world = await started(make);
    await world.pair.bob.stop();
    await world.pair.bob.start((event) => world.bobHeard.push(event));
    await world.pair.settle();
    world.bobHeard.length = 0;
    world.pair.alice.send(message(world.pair, "welcome back"));
    await world.pair.settle();
    expect(ofKind(world.bobHeard, "messageArrived").map((event) => event.body)).toEqual([
      text("welcome back"),
    ]);
  });
}

function messageContract(make: () => Promise<NetworkPair>): void {
  it("a message arrives once, as it was written, by the one who wrote it", async () => {
    await using world = await started(make);
    const outgoing = message(world.pair, "hello\nçığ 雪 🎉");
    world.pair.alice.send(outgoing);
    await world.pair.settle();
    const arrived = ofKind(world.bobHeard, "messageArrived");
    expect(arrived).toHaveLength(1);
    expect(arrived[0]).toMatchObject({
      from: { identity: world.pair.identities.alice },
      place: { kind: "direct" },
      body: outgoing.body,
    });
    expect(arrived[0]?.wireId !== undefined).toBe(world.pair.alice.traits.idsOnWire);
    expect(arrived[0]?.receipt !== undefined).toBe(world.pair.alice.traits.receipts);
  });

  it("an attempt has exactly one outcome, and delivered comes after the acknowledgement alone", async () => {
    await using world = await started(make);
    world.pair.alice.send(message(world.pair, "hello"));
    await world.pair.settle();
    const receipt = ofKind(world.bobHeard, "messageArrived")[0]?.receipt;
    if (receipt === undefined) {
      expect(outcomes(world.aliceHeard)).toEqual([{ state: "sent" }]);
      return;
    }
    expect(outcomes(world.aliceHeard).map((outcome) => outcome.state)).not.toContain("delivered");
    world.pair.alice.send(message(world.pair, "hello again", 2));
    await world.pair.settle();
    for (const event of ofKind(world.bobHeard, "messageArrived").slice(1)) acknowledge(world.pair, event);
    await world.pair.settle();
    const second = ofKind(world.aliceHeard, "delivery").filter(
      (event) => event.message === message(world.pair, "", 2).message,
    );
    expect(second.map((event) => event.outcome)).toEqual([{ state: "delivered" }]);
  });

  it("a message to somebody unknown fails", async () => {
    await using world = await started(make);
    const nobody = world.pair.identities.bob.slice(0, -2) + "zz";
    world.pair.alice.send({ ...message(world.pair, "hello"), recipients: [nobody] });
    await world.pair.settle();
    expect(outcomes(world.aliceHeard)).toMatchObject([{ state: "failed" }]);
  });

  it("the longest text goes, one byte more fails for good, before anything is sent", async () => {
    await using world = await started(make);
    const limit = world.pair.alice.traits.textBytesMax;
    world.pair.alice.send(message(world.pair, "x".repeat(limit), 1));
    world.pair.alice.send(message(world.pair, "x".repeat(limit + 1), 2));
    await world.pair.settle();
    const lengths = ofKind(world.bobHeard, "messageArrived").map(({ body }) =>
      body.kind === "text" ? body.text.length : 0,
    );
    expect(lengths).toEqual([limit]);
    expect(outcomes(world.aliceHeard)).toContainEqual({
      state: "failed",
      why: expect.objectContaining({ code: "too-long" }) as unknown,
      again: "never",
    });
  });

  it("what cannot be carried fails for good", async () => {
    await using world = await started(make);
    world.pair.alice.send({ ...message(world.pair, ""), body: { kind: "unknown", what: "a dance" } });
    await world.pair.settle();
    expect(outcomes(world.aliceHeard)).toMatchObject([{ state: "failed", again: "never" }]);
    expect(ofKind(world.bobHeard, "messageArrived")).toEqual([]);
  });
}

interface Started extends AsyncDisposable {
  readonly pair: NetworkPair;
  readonly aliceHeard: NetworkEvent[];
  readonly bobHeard: NetworkEvent[];
}

async function started(make: () => Promise<NetworkPair>): Promise<Started> {
  const pair = await make();
  const aliceHeard: NetworkEvent[] = [];
  const bobHeard: NetworkEvent[] = [];
  pair.alice.present({ name: "alice", availability: "available" });
  pair.bob.present({ name: "bob", availability: "available" });
  await pair.alice.start((event) => aliceHeard.push(event));
  await pair.bob.start((event) => bobHeard.push(event));
  await pair.settle();
  return { pair, aliceHeard, bobHeard, [Symbol.asyncDispose]: () => pair.close() };
}

function message({ alice, identities }: NetworkPair, what: string, number = 1): Outgoing {
  return {
    message: newMessageId(seededRandom(number)),
    place: { kind: "direct", identity: identities.bob },
    recipients: [identities.bob],
    body: text(what),
    sentAt: 1_795_273_805_680,
    secrecyLeast: alice.traits.secrecy,
  };
}

function acknowledge({ bob }: NetworkPair, event: Arrived): void {
  if (event.receipt !== undefined) bob.acknowledge(event.receipt);
}

type Arrived = Extract<NetworkEvent, { readonly kind: "messageArrived" }>;
