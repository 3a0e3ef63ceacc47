/** Whatever strangers send: the machine keeps the driver's rules, stays within its limits and goes on. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import {
  alice,
  bob,
  bobHid,
  carol,
  carolHid,
  Stage,
  textOf,
  elsewhere,
} from "../../../../test/rooms/stage.ts";
import { membersText } from "../../../../test/rooms/server.ts";
import { toUtf8 } from "../../../base/bytes.ts";
import { newMessageId } from "../../../base/ids.ts";
import { seededRandom } from "../../../base/random.ts";
import { linksMax } from "./links.ts";
import { membersMax } from "./membership.ts";

/** Far fewer names of counters than a driver takes. */
const countersMax = 100;

const words = [
  "P:den:bob:127.0.0.1:5002:0::\r\n",
  "P:den:carol:127.0.0.1:5003:18446744073709551615::\r\n",
  "P:den:alice:127.0.0.1:5001:0::\r\n",
  "P:attic:bob:127.0.0.1:5002:0::\r\n",
  "S:0::\r\n",
  "S:99999999999999999999::\r\n",
  textOf(bobHid, "bob", 1, "hi"),
  textOf(carolHid, "carol", "18446744073709551615", "forged"),
  textOf(carolHid, "carol", 1, "::\r\nT:den:"),
  textOf("0", "nobody", 1, "hi"),
  textOf("0", "alice", 1, "hi"),
  elsewhere(textOf(bobHid, "bob", 2, "hi")),
  `T:den:${bobHid}:bob:3:5:hi::\r\n`,
  `T:den:${bobHid}:bob:3:-1:hi::\r\n`,
  `T:den:${bobHid}:bob:3:1025:${"x".repeat(1_025)}::\r\n`,
  "T:",
  "::\r\n",
  "\r\n",
  "G:den::\r\n",
  membersText([bob, carol, alice]),
  membersText([carol, alice]),
  membersText([]),
  "M:1:a b:127.0.0.1:1::\r\n",
  "F:no::\r\n",
  "K:den:bob::\r\n",
  "A::\r\n",
];

const someBytes = fc.oneof(
  fc.constantFrom(...words).map((word) => toUtf8(word)),
  fc.tuple(fc.constantFrom(...words), fc.nat(200)).map(([word, cut]) => toUtf8(word).subarray(0, cut)),
  fc.uint8Array({ maxLength: 100 }),
);

type Happening =
  | { readonly kind: "bytes"; readonly which: number; readonly bytes: Uint8Array }
  | { readonly kind: "came"; readonly host: string }
  | { readonly kind: "up" | "down" | "end"; readonly which: number }
  | { readonly kind: "datagram"; readonly bytes: Uint8Array }
  | { readonly kind: "wait"; readonly ms: number }
  | { readonly kind: "leave" | "join" | "send" | "poke" };

const happening: fc.Arbitrary<Happening> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant("bytes" as const), which: fc.nat(), bytes: someBytes }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("came" as const),
      host: fc.constantFrom("127.0.0.1", "10.0.0.66"),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("up", "up", "down", "end"), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("datagram" as const), bytes: someBytes }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(15_000) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("leave", "join", "join", "send", "poke") }) },
);

/** The links of a stage as its driver knows them: a machine must not touch one that is not up. */
class DriverView {
  readonly #stage: Stage;
  readonly #links = new Map<number, "opening" | "up">();
  #seen = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  play(one: Happening): void {
    switch (one.kind) {
      case "bytes":
        this.#on(one.which, "up", (link) => {
          if (this.#stage.reads(link)) this.#stage.says(link, one.bytes.slice());
        });
        break;
      case "came":
        this.#stage.came(one.host);
        break;
      case "up":
        this.#on(one.which, "opening", (link) => {
          this.#links.set(link, "up");
          this.#stage.up(link);
        });
        break;
      case "down":
        this.#on(one.which, undefined, (link) => {
          this.#links.delete(link);
          this.#stage.down(link, "reset");
        });
        break;
      case "end":
        this.#on(one.which, "up", (link) => this.#stage.end(link));
        break;
      case "datagram":
        this.#stage.take({
          kind: "datagram",
          socket: "pokes",
          from: { host: bob.ip, port: 9 },
          bytes: one.bytes,
        });
        break;
      case "wait":
        this.#stage.run(one.ms);
        break;
      case "leave":
        this.#stage.ask({ kind: "leave" });
        break;
      case "join":
        this.#stage.ask({ kind: "join", room: "den", persistent: false });
        break;
      case "poke":
        this.#stage.ask({ kind: "poke", to: "bob" });
        break;
      case "send":
        this.#stage.tell({ kind: "send", message: newMessageId(seededRandom(1)), room: "den", text: "hi" });
    }
    this.#follow();
  }

  #on(which: number, state: "opening" | "up" | undefined, then: (link: number) => void): void {
    const fit = [...this.#links].filter(([, is]) => state === undefined || is === state);
    const link = fit[which % Math.max(1, fit.length)]?.[0];
    if (link !== undefined) then(link);
  }

  #follow(): void {
    for (const effect of this.#stage.effects.slice(this.#seen)) {
      if (effect.kind === "dial") this.#links.set(effect.link, "opening");
      if (effect.kind === "drop") this.#links.delete(effect.link);
      if (effect.kind === "end" || effect.kind === "reading") this.#expectUp(effect.link);
      if (effect.kind === "write")
        for (const link of typeof effect.to === "number" ? [effect.to] : effect.to) this.#expectUp(link);
    }
    for (let link = 1; link <= this.#stage.accepted; link++)
      if (!this.#known.has(link)) {
        this.#known.add(link);
        if (!this.#stage.has("drop", link)) this.#links.set(link, "up");
      }
    this.#seen = this.#stage.effects.length;
  }
  readonly #known = new Set<number>();

  #expectUp(link: number): void {
    expect([link, this.#links.get(link)]).not.toEqual([link, "opening"]);
  }
}

it("whatever happens in whatever order, no rule of the driver is broken, and every ticket is answered once", () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 120 }), fc.boolean(), (happenings, isHelpful) => {
      const stage = new Stage();
      const view = new DriverView(stage);
      stage.tell({ kind: "start" });
      stage.ask({ kind: "user", user: "alice" });
      if (isHelpful) stage.list = [carol, bob, alice];
      view.play({ kind: "join" });
      for (const one of happenings) view.play(one);
      stage.run(60_000);
      const answers = stage.reports.flatMap((report) => ("ticket" in report ? [report.ticket] : []));
      expect(new Set(answers).size).toBe(answers.length);
      for (const { from } of stage.told("arrived"))
        expect(["name:bob", "name:carol"]).toContain(from.identity);
      expect(stage.counters.size).toBeLessThan(countersMax);
      stage.tell({ kind: "quit" });
      expect(stage.machine.wakeAt()).toBeUndefined();
    }),
    { numRuns: 400 },
  );
}, 60_000);

it("a text under a forged number of somebody, however high, does not silence them", () => {
  const stage = new Stage();
  const { link } = stage.linkedWith(bob, [carol]);
  stage.says(link, textOf(carolHid, "carol", "18446744073709551615", "forged"));
  stage.says(link, textOf(carolHid, "carol", 1, "true"));
  expect(stage.heard).toEqual(["carol: forged", "carol: true"]);
});

it("a list of a hundred thousand is taken for its first, in a moment, and the room goes on", () => {
  const stage = new Stage();
  const leg = stage.joined([alice]);
  stage.run(20_000);
  const many = Array.from({ length: 100_000 }, (_, i) => ({
    user: `p${i}`,
    ip: "10.0.0.1",
    port: 1 + (i % 60_000),
  }));
  stage.says(leg, membersText(many));
  expect(stage.machine.standing().joined?.members.length).toBe(membersMax);
  stage.run(5_000);
  stage.down(stage.dialled.link, "no-route");
  expect(stage.machine.standing().joined?.room).toBe("den");
});

it("a list full of one victim's address is dialled one after the other, not all at once", () => {
  const stage = new Stage();
  const victims = Array.from({ length: 200 }, (_, i) => ({ user: `p${i}`, ip: "127.0.0.66", port: 1 + i }));
  stage.joined([...victims, alice]);
  stage.list = [...victims, alice];
  const before = stage.dials.length;
  for (let second = 0; second < 60; second++) {
    stage.run(1_000);
    stage.down(stage.dialled.link, "timed-out");
  }
  expect(stage.dials.length - before).toBeLessThanOrEqual(60);
});

it("calls without end are bounded: what waits, what is linked, what the server is asked", () => {
  const stage = new Stage();
  const leg = stage.joined([bob, alice]);
  for (let i = 0; i < 3_000; i++) {
    const link = stage.came(`10.${i % 7}.${i % 11}.${i % 13}`);
    stage.says(link, `P:den:m${i}:10.0.0.1:${1 + i}:0::\r\n`);
    if (i % 10 === 0) stage.run(1);
  }
  stage.run(5_000);
  expect(stage.machine.facts().backward).toBeLessThanOrEqual(linksMax);
  expect(stage.textsTo(leg).length).toBeLessThanOrEqual(2);
});

it("a server that says nonsense, refuses everything or hangs up at once is only that", () => {
  for (const nonsense of ["M::\r\n", "M:x:y::\r\n", "G", "S::\r\n", "F:::::\r\n", "\u0000".repeat(9_000)]) {
    const stage = new Stage();
    stage.started();
    const joining = stage.ask({ kind: "join", room: "den", persistent: false });
    stage.up();
    stage.says(stage.dialled.link, nonsense);
    stage.run(60_000);
    expect(stage.answerTo(joining), nonsense).toMatchObject({ server: "127.0.0.1:32340" });
    expect(stage.machine.standing()).toEqual({ state: "named", user: "alice" });
  }
});
