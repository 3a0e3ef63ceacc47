/** What the simulated driver does beyond the contract of all drivers: whims of its host, lost sockets, our mistakes. */
import { describe, expect, test } from "vitest";
import { Probe, type ProbeEffect } from "../../test/contracts/driver-probe.ts";
import { BrokenAssertion } from "../base/assert.ts";
import { KithError } from "../base/errors.ts";
import { seededRandom } from "../base/random.ts";
import { SimDriver } from "./drive.ts";
import { noWhims, type Whims } from "./driver-place.ts";
import { listen } from "./raw.ts";
import { World } from "./world.ts";

const asking: ProbeEffect = { kind: "ask", ticket: 1, question: "how are you?" };
const at = { host: "10.0.0.1", port: 7_000 };
const door: ProbeEffect = { kind: "listen", name: "door", at };
const air: ProbeEffect = { kind: "bind", socket: "air", at, broadcast: true };

class Stage {
  readonly broken: unknown[] = [];
  readonly world = new World(1, false);
  readonly host = this.world.wire.addHost("alice", ["10.0.0.1"]);
  readonly driver: SimDriver;

  constructor(whims: Partial<Whims> = {}) {
    this.driver = new SimDriver({
      ...{ wire: this.world.wire, host: this.host, random: seededRandom(1) },
      whims: () => ({ ...noWhims, ...whims }),
      broken: (error) => this.broken.push(error),
      awaited: (answer) => this.world.await(answer, (error) => this.broken.push(error)),
    });
  }

  async pass(ms: number): Promise<void> {
    await this.world.run(ms);
  }
}

describe("questions", () => {
  test("one that is answered late waits; how many waited at one time is counted", async () => {
    const stage = new Stage({ answersLate: 1, answerMsMost: 1_000 });
    const probe = new Probe(stage.driver);
    probe.do(asking, { ...asking, ticket: 2 });
    expect(probe.told).toEqual([]);
    await stage.pass(1_000);
    probe.do(asking);
    await stage.pass(1_000);
    expect(probe.all("answer")).toHaveLength(3);
    expect(stage.driver.work.askedAtOnce).toBe(2);
  });

  test("one that is refused is not done; one that is denied is done, and the machine is told that it is not", () => {
    for (const [whims, done] of [
      [{ answersFailing: 1 }, 0],
      [{ answersDenied: 1 }, 1],
    ] as const) {
      const probe = new Probe(new Stage(whims).driver);
      let asked = 0;
      probe.answer = () => String(++asked);
      probe.do(asking);
      expect(probe.all("answer")).toMatchObject([{ answer: { ok: false } }]);
      expect(asked).toBe(done);
    }
  });

  test("a promised answer is brought while the world goes on", async () => {
    const stage = new Stage();
    const probe = new Probe(stage.driver);
    probe.answer = (question) => Promise.resolve(`${question} well`);
    probe.do(asking);
    const answers: number[] = [];
    for (let ms = 1; ms <= 10; ms++)
      stage.world.scheduler.after(ms, () => answers.push(probe.all("answer").length));
    await stage.pass(1_000);
    expect(answers.at(-1)).toBe(1);
    expect(probe.all("answer")).toMatchObject([{ answer: { ok: true, value: "how are you? well" } }]);
  });
});

describe("sockets that are lost", () => {
  test("a listener fails after it was open, and can be had again once its port is free", async () => {
    const stage = new Stage();
    const probe = new Probe(stage.driver);
    probe.do(door);
    await stage.pass(1);
    expect(stage.host.loseSocket(seededRandom(1))).toEqual({ kind: "listener", port: 7_000 });
    const other = listen({ host: stage.host }, 7_000, () => ({}));
    probe.do(door);
    await stage.pass(1);
    expect(probe.all("listenFailed").map(({ why }) => why)).toEqual(["other", "in-use"]);
    stage.host.unlisten(other);
    probe.do(door);
    await stage.pass(1);
    expect(probe.all("listening")).toHaveLength(2);
  });

  test("one for datagrams hears nothing until it is bound again", async () => {
    const stage = new Stage();
    const probe = new Probe(stage.driver);
    const hello: ProbeEffect = { kind: "datagram", socket: "air", to: at, bytes: Uint8Array.of(1) };
    probe.do(air);
    await stage.pass(1);
    expect(stage.host.loseSocket(seededRandom(1))?.kind).toBe("datagram");
    probe.do(hello);
    await stage.pass(1_000);
    expect(probe.all("datagram")).toEqual([]);
    probe.do(air);
    await stage.pass(1);
    probe.do(hello);
    await stage.pass(1_000);
    expect(probe.all("datagram")).toHaveLength(1);
  });

  test("where nothing is open there is nothing to lose", () => {
    const stage = new Stage();
    new Probe(stage.driver).do();
    expect(stage.host.loseSocket(seededRandom(1))).toBeUndefined();
  });
});

describe("our mistakes", () => {
  test("what a machine or a hook throws is told, and nothing more is done", async () => {
    const stage = new Stage();
    const probe = new Probe(stage.driver);
    const mistake = new BrokenAssertion("no such state");
    probe.onReport = () => {
      throw mistake;
    };
    probe.do({ kind: "report", report: "hello" });
    expect(stage.broken).toEqual([mistake]);
    probe.do(door);
    await stage.pass(1);
    expect(probe.told).toEqual([]);
  });

  test("a broken rule of the contract is one", () => {
    const stage = new Stage();
    new Probe(stage.driver).do({ kind: "dial", link: 1, to: at, timeoutMs: 10 });
    expect(stage.broken).toEqual([expect.any(BrokenAssertion)]);
  });

  test("so is an assertion in whoever answers, at once or later; what a disk throws is none", async () => {
    const mistake = new BrokenAssertion("not within a transaction");
    for (const [problem, told] of [
      [mistake, [mistake]],
      [new KithError("store-failed", { problem: "full" }), []],
    ] as const) {
      for (const answer of [refusing(problem), () => Promise.reject(problem)]) {
        const stage = new Stage();
        const probe = new Probe(stage.driver);
        probe.answer = answer;
        probe.do(asking);
        await stage.pass(1);
        expect(stage.broken).toEqual(told);
        expect(probe.all("answer")).toMatchObject([{ answer: { ok: false } }]);
      }
    }
  });
});

function refusing(problem: Error): () => string {
  return () => {
    throw problem;
  };
}
