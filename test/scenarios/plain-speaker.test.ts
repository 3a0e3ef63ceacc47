/** The core and the LAN together: who is known by plain text alone can be answered like anybody else. */
import { expect, it } from "vitest";
import { present } from "../../src/base/assert.ts";
import { toNetworkName } from "../../src/base/ids.ts";
import { seededRandom } from "../../src/base/random.ts";
import { Chat } from "../../src/core/chat.ts";
import type { Command } from "../../src/core/commands.ts";
import type { Network } from "../../src/core/ports/network.ts";
import type { CoreEffect, Item } from "../../src/core/turn.ts";
import { createLan } from "../../src/networks/lan/lan.ts";
import { lanConfig } from "../../src/networks/lan/settings.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";
import { LanLab } from "../lan/lab.ts";
import { ClassicProgram } from "../lan/members.ts";
import { nodeCrypto, nodeLegacyCipher } from "../lan/node-crypto.ts";

const name = present(toNetworkName("lan"), "a name");

/** Alice at her machine: a chat with the LAN as its only network. */
class Alice {
  readonly chat: Chat;
  readonly #lab: LanLab;
  readonly #network: Network;
  #wakePlanned: number | undefined;

  constructor(lab: LanLab) {
    const random = seededRandom(1);
    this.#lab = lab;
    this.chat = new Chat({ store: new MemoryStore(), random });
    this.chat.start(lab.now);
    this.#network = createLan({
      name,
      settings: lanConfig.parse({}),
      driver: lab.host("10.0.0.1"),
      random,
      crypto: nodeCrypto,
      legacyCipher: nodeLegacyCipher,
      keep: {
        read: () => undefined,
        write: () => undefined,
        replace: () => undefined,
        remove: () => undefined,
      },
    });
    this.#turn({ kind: "network-added", network: name, traits: this.#network.traits });
    this.do({ kind: "set-name", name: "alice" });
    void this.#network.start((event) =>
      lab.after(0, () => this.#turn({ kind: "network", network: name, event })),
    );
  }

  do(command: Command): void {
    this.#turn({ kind: "command", number: 1, command });
  }

  /** Answers the only person whom she knows. */
  answer(text: string): void {
    const { person } = present(this.chat.queries.people()[0], "somebody");
    this.do({ kind: "open-conversation", person: person.id });
    const opened = this.chat.queries
      .conversations()
      .find(({ conversation }) => conversation.person === person.id);
    const { id } = present(opened, "a conversation").conversation;
    this.do({ kind: "send-message", conversation: id, body: { kind: "text", text }, allowPlain: true });
  }

  get seesThem(): boolean | undefined {
    return this.chat.queries.people()[0]?.presence.online;
  }

  #turn(item: Item): void {
    const { effects, wakeAt } = this.chat.turn([item], this.#lab.now);
    for (const effect of effects) this.#carryOut(effect);
    if (wakeAt === undefined || wakeAt === this.#wakePlanned) return;
    this.#wakePlanned = wakeAt;
    this.#lab.after(Math.max(1, wakeAt - this.#lab.now.mono), () => {
      this.#wakePlanned = undefined;
      this.#turn({ kind: "wake" });
    });
  }

  #carryOut(effect: CoreEffect): void {
    if (effect.kind === "send") this.#network.send(effect.outgoing);
    else if (effect.kind === "acknowledge") this.#network.acknowledge(effect.receipt);
    else this.#network.present(effect.me);
  }
}

it("an address that never announces is there while it speaks, gets its answer, and is gone after 150 s of silence", () => {
  const lab = new LanLab();
  const alice = new Alice(lab);
  lab.run(3_000);
  const far = new ClassicProgram(lab, "10.0.0.77");
  far.dial("10.0.0.1").write("merhaba").end();
  lab.run(100);
  expect(alice.seesThem).toBe(true);
  alice.answer("hi back");
  lab.run(100);
  expect(far.read).toEqual(["hi back"]);
  lab.run(150_000);
  expect(alice.seesThem).toBe(false);
  alice.answer("are you there?");
  lab.run(60_000);
  expect(far.read).toEqual(["hi back"]);
  far.dial("10.0.0.1").write("back again").end();
  lab.run(100);
  expect(far.read).toEqual(["hi back", "are you there?"]);
});

it("a name whose announcements do not get through any more is there again when it speaks", () => {
  const lab = new LanLab();
  const alice = new Alice(lab);
  lab.run(3_000);
  const ece = new ClassicProgram(lab, "10.0.0.9");
  ece.announce('{"username": "Ece"}');
  lab.run(200_000);
  expect(alice.seesThem).toBe(false);
  ece.dial("10.0.0.1").write("still here").end();
  lab.run(100);
  expect(alice.seesThem).toBe(true);
  alice.answer("hi back");
  lab.run(100);
  expect(ece.read).toEqual(["hi back"]);
});
