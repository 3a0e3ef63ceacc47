/** Several messages under way to one recipient: in which order they are written, and what a failed one means to the rest. */
import { expect, it } from "vitest";
import { toUtf8 } from "../../base/bytes.ts";
import type { MessageId } from "../../base/ids.ts";
import type { Now } from "../../base/time.ts";
import type { LanEffect, LanOutgoing } from "./contract.ts";
import { Outbound, sealedAtOnce } from "./outbound.ts";

const now: Now = { mono: 0, wall: 0 };

class Sender {
  readonly effects: LanEffect[] = [];
  readonly outbound = new Outbound(
    { targets: [], udpPort: 5_000, tcpPort: 5_001 },
    () => true,
    ({ body }) => ({ host: "10.0.0.2", pieces: [toUtf8(body.text)], isReceipt: () => true }),
    (effect) => void this.effects.push(effect),
  );

  say(text: string): void {
    const body = { kind: "text", text } as const;
    const outgoing: LanOutgoing = { id: text as MessageId, to: "key:B", body, at: 0, sealedOnly: true };
    this.outbound.send(outgoing, now);
  }

  get dialled(): readonly number[] {
    return this.effects.flatMap((effect) => (effect.kind === "dial" ? [effect.link] : []));
  }

  get written(): readonly string[] {
    return this.effects.flatMap((effect) =>
      effect.kind === "write" ? [new TextDecoder().decode(effect.bytes)] : [],
    );
  }
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

it("four are under way at once, the fifth waits for the first receipt", () => {
  const alice = new Sender();
  for (let i = 0; i <= sealedAtOnce; i++) alice.say(`m${i}`);
  expect(alice.dialled).toHaveLength(sealedAtOnce);
  alice.outbound.up(-1, now);
  alice.outbound.ended(-1, now);
  expect(alice.dialled).toHaveLength(sealedAtOnce + 1);
});
