/** Several messages under way to one recipient: in which order they are written, and what a failed one means to the rest. */
import { expect, it } from "vitest";
import { toUtf8 } from "../../base/bytes.ts";
import type { MessageId } from "../../base/ids.ts";
import type { Now } from "../../base/time.ts";
import type { FailedOutcome, LanEffect, LanOutgoing, LanReport } from "./contract.ts";
import { Outbound, sealedAtOnce } from "./outbound.ts";
import type { Sealed } from "./outbound.ts";

const now: Now = { mono: 0, wall: 0 };

/** Nothing can be sealed that says this. */
const unsealable = "unsealable";
const notSealed: FailedOutcome = {
  state: "failed",
  why: { code: "other", details: { problem: "key" } },
  again: "when-seen",
};

class Sender {
  readonly effects: LanEffect[] = [];
  readonly sealed: string[] = [];
  readonly outbound = new Outbound(
    { targets: [], udpPort: 5_000, tcpPort: 5_001 },
    () => true,
    ({ body }) => ({ host: "10.0.0.2", seal: () => this.#seal(body.text) }),
    (effect) => void this.effects.push(effect),
  );

  #seal(text: string): Sealed | FailedOutcome {
    this.sealed.push(text);
    return text === unsealable ? notSealed : { bytes: toUtf8(text), isReceipt: () => true };
  }

  say(text: string): void {
    const body = { kind: "text", text } as const;
    const outgoing: LanOutgoing = { id: text as MessageId, to: "key:B", body, at: 0, sealedOnly: true };
    this.outbound.send(outgoing, now);
  }

  get dialled(): readonly number[] {
    return this.effects.flatMap((effect) => (effect.kind === "dial" ? [effect.link] : []));
  }

  get outcomes(): readonly unknown[] {
    return this.effects.flatMap((effect) => (effect.kind === "report" ? outcomesIn(effect.report) : []));
  }

  get written(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.kind === "write" ? [new TextDecoder().decode(effect.bytes)] : [],
    );
  }
}

function outcomesIn(report: LanReport): readonly unknown[] {
  return report.kind === "outcome" ? [report.outcome] : [];
}

it("a connection that is there first waits for those before it", () => {
  const alice = new Sender();
  for (const text of ["a", "b", "c"]) alice.say(text);
  expect(alice.dialled).toEqual([-1, -2, -3]);
  alice.outbound.up(-3, now);
  alice.outbound.up(-2, now);
  expect(alice.written).toEqual([]);
  alice.outbound.up(-1, now);
  expect(alice.written).toEqual(["a", "b", "c"]);
});

it("one that fails lets the next ones go", () => {
  const alice = new Sender();
  for (const text of ["a", "b"]) alice.say(text);
  alice.outbound.up(-2, now);
  alice.outbound.down(-1, "refused", now);
  expect(alice.written).toEqual(["b"]);
});

it("nothing is sealed before there is a connection, nor twice", () => {
  const alice = new Sender();
  alice.say("a");
  expect(alice.sealed).toEqual([]);
  alice.outbound.up(-1, now);
  alice.outbound.up(-1, now);
  expect(alice.sealed).toEqual(["a"]);
});

it("what cannot be sealed is dropped unwritten with one outcome each, and the next ones go", () => {
  const alice = new Sender();
  for (const text of [unsealable, unsealable, "c"]) alice.say(text);
  for (const link of [-3, -2, -1]) alice.outbound.up(link, now);
  expect(alice.outcomes).toEqual([notSealed, notSealed]);
  expect(alice.effects.filter((effect) => effect.kind === "drop").map(({ link }) => link)).toEqual([-1, -2]);
  expect(alice.written).toEqual(["c"]);
  alice.outbound.ended(-3, now);
  expect(alice.outcomes).toEqual([notSealed, notSealed, { state: "delivered" }]);
});

it("four are under way at once, the fifth waits for the first receipt", () => {
  const alice = new Sender();
  for (let i = 0; i <= sealedAtOnce; i++) alice.say(`m${i}`);
  expect(alice.dialled).toHaveLength(sealedAtOnce);
  alice.outbound.up(-1, now);
  alice.outbound.ended(-1, now);
  expect(alice.dialled).toHaveLength(sealedAtOnce + 1);
});
