/** One accepted link of a LAN machine, fed by the contract's rules; tells what the machine reported and wrote. */
import { toHex } from "../../src/base/bytes.ts";
import { seededRandom } from "../../src/base/random.ts";
import { announcementBytesMax } from "../../src/protocols/lan/announcement.ts";
import type { LanAnswer, LanEffect, LanIntent } from "../../src/protocols/lan/contract.ts";
import { classicLan, lan2025 } from "../../src/protocols/lan/lan.ts";
import type { LanMachine } from "../../src/protocols/lan/machine.ts";
import type { Input } from "../../src/protocols/machine.ts";
import * as corpus from "./corpus.ts";

export type Variant = "classic" | "2025";
export const variants = ["classic", "2025"] as const;

export const machineConfig = { targets: ["10.0.0.255"], udpPort: 5_000, tcpPort: 5_001 } as const;
/** The address that bob's announcements come from. */
const bobHost = "10.0.0.2";

export function machineOf(variant: Variant, seed: number): LanMachine<unknown> {
  const parts = { config: machineConfig, random: seededRandom(seed), companions: undefined };
  if (variant === "classic") return classicLan({ ...parts, crypto: corpus.crypto, keys: corpus.keptKeys() });
  // Whatever it opens is text: the cipher itself is no parser of ours.
  return lan2025({ ...parts, cipher: { openTripleDes: (_, bytes) => bytes.subarray(1) } });
}

/** Longer than any rate, silence or patience of the machine. */
const farMs = 200_000;

/** Reads a connection to its end. `pauseMs` passes after each of the chunks. */
export function heardOver(variant: Variant, chunks: readonly Uint8Array[], pauseMs = 0): readonly string[] {
  const link = new OneLink(variant);
  for (const chunk of chunks) {
    link.give(chunk);
    link.pass(pauseMs);
  }
  link.finish();
  return link.heard;
}

class OneLink {
  readonly heard: string[] = [];
  readonly #machine: LanMachine<unknown>;
  #mono = 0;
  #open = true;
  #reading = true;

  constructor(variant: Variant) {
    this.#machine = machineOf(variant, 1);
    this.#take({
      kind: "intent",
      intent: { kind: "present", me: { name: "alice", availability: "available" } },
    });
    this.#take({ kind: "intent", intent: { kind: "start" } });
    const [announcement] = corpus.announcements;
    if (announcement.length <= announcementBytesMax)
      this.#take({
        kind: "datagram",
        socket: "discovery",
        from: { host: bobHost, port: 5_000 },
        bytes: announcement,
      });
    this.heard.length = 0;
    const local = { host: "10.0.0.1", port: 5_001 };
    this.#take({ kind: "linkUp", link: 1, remote: { host: bobHost, port: 4_000 }, local, via: "messages" });
  }

  give(bytes: Uint8Array): void {
    while (this.#open && !this.#reading) this.#wakeNext();
    if (this.#open) this.#take({ kind: "bytes", link: 1, bytes });
  }

  pass(ms: number): void {
    const until = this.#mono + ms;
    for (let at = this.#machine.wakeAt(); at !== undefined && at <= until; at = this.#machine.wakeAt()) {
      this.#mono = Math.max(this.#mono, at);
      this.#take({ kind: "wake" });
    }
    this.#mono = until;
  }

  finish(): void {
    while (this.#open && !this.#reading) this.#wakeNext();
    if (this.#open) this.#take({ kind: "linkEnd", link: 1 });
    this.pass(farMs);
  }

  #wakeNext(): void {
    this.#mono = Math.max(this.#mono, this.#machine.wakeAt() ?? this.#mono);
    this.#take({ kind: "wake" });
  }

  #take(input: Input<LanIntent, LanAnswer>): void {
    const effects = this.#machine.handle(input, { mono: this.#mono, wall: 1_800_000_000_000 + this.#mono });
    for (const effect of effects) this.#note(effect);
  }

  #note(effect: LanEffect): void {
    if (effect.kind === "report" && effect.report.kind === "arrived") {
      const { from, body, secrecy, sealed } = effect.report.arrival;
      this.heard.push(JSON.stringify([from.identity, body, secrecy, sealed?.id]));
      if (sealed !== undefined)
        this.#take({ kind: "intent", intent: { kind: "acknowledge", token: sealed.token } });
    } else if (effect.kind === "write") this.heard.push(`wrote ${toHex(effect.bytes)}`);
    else if (effect.kind === "reading") this.#reading = effect.on;
    else if (effect.kind === "drop" || effect.kind === "end") {
      this.heard.push(effect.kind === "drop" ? effect.why : "end");
      this.#open = false;
    }
  }
}
