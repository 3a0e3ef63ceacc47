/** What the simulated network does to datagrams and streams, fault by fault. */
import { describe, expect, test } from "vitest";
import { concatBytes, fromUtf8Leniently, toUtf8 } from "../base/bytes.ts";
import { seededRandom } from "../base/random.ts";
import { minuteMs } from "../base/time.ts";
import type { Address, LinkTrouble } from "../protocols/machine.ts";
import type { DatagramSocket, Host } from "./host.ts";
import { Scheduler } from "./scheduler.ts";
import type { Connection } from "./connection.ts";
import { Trace } from "./trace.ts";
import { fairWeather, type Weather } from "./weather.ts";
import { Wire } from "./wire.ts";

const port = 7_000;

class Stage {
  readonly scheduler = new Scheduler();
  readonly wire: Wire;
  readonly alice: Host;
  readonly bob: Host;

  constructor(weather: Partial<Weather> = {}) {
    const trace = new Trace(() => this.scheduler.time, false);
    this.wire = new Wire({ scheduler: this.scheduler, random: seededRandom(3), trace, wallAtStart: 0 });
    this.wire.weather = { ...fairWeather, ...weather };
    this.alice = this.wire.addHost("alice", ["10.0.0.1"]);
    this.bob = this.wire.addHost("bob", ["10.0.0.2", "10.1.0.2"]);
  }

  pass(ms: number): void {
    this.scheduler.run(this.scheduler.time + ms);
  }

  hear(host: Host, at = "0.0.0.0"): { readonly socket: DatagramSocket; readonly texts: string[] } {
    const texts: string[] = [];
    const receive = (_: Address, bytes: Uint8Array): void => void texts.push(fromUtf8Leniently(bytes));
    const socket = { at: { host: at, port }, broadcast: true, receive };
    host.sockets.push(socket);
    return { socket, texts };
  }

  /** Alice dials bob, who listens. */
  connect(): { readonly near: End; readonly far: () => End | undefined } {
    let far: End | undefined;
    const at = { host: "0.0.0.0", port };
    this.bob.listen({ at, accept: (stream) => ((far = new End(stream)), true) });
    const to = { host: "10.0.0.2", port };
    return { near: new End(this.wire.dial(this.alice, { to, timeoutMs: 5_000 })), far: () => far };
  }
}

/** Notes what it is told. */
class End {
  readonly stream: Connection;
  readonly told: string[] = [];
  readonly #pieces: Uint8Array[] = [];

  constructor(stream: Connection) {
    this.stream = stream;
    stream.hooks = {
      up: () => this.told.push("up"),
      bytes: (bytes) => this.#pieces.push(bytes),
      end: () => this.told.push("end"),
      down: (why?: LinkTrouble) => this.told.push(`down ${why ?? "cleanly"}`),
      drained: () => this.told.push("drained"),
    };
  }

  get text(): string {
    return fromUtf8Leniently(concatBytes(...this.#pieces));
  }
}

describe("datagrams", () => {
  test("a broadcast reaches every host of its segment, its sender included, and no other", () => {
    const stage = new Stage();
    const carol = stage.hear(stage.wire.addHost("carol", ["10.1.0.3"]));
    const [alice, bob] = [stage.hear(stage.alice), stage.hear(stage.bob)];
    stage.wire.sendDatagram(stage.alice, alice.socket, { host: "10.0.0.255", port }, toUtf8("hello"));
    stage.pass(100);
    expect([alice.texts, bob.texts, carol.texts]).toEqual([["hello"], ["hello"], []]);
  });

  test("a socket that is bound to an address hears no broadcast, as on Linux", () => {
    const stage = new Stage();
    const [alice, bound] = [stage.hear(stage.alice), stage.hear(stage.bob, "10.0.0.2")];
    const toAll = stage.hear(stage.bob, "10.0.0.255");
    stage.wire.sendDatagram(stage.alice, alice.socket, { host: "10.0.0.255", port }, toUtf8("hello"));
    stage.pass(100);
    expect([bound.texts, toAll.texts]).toEqual([[], ["hello"]]);
  });

  test("they are lost, doubled and overtake each other", () => {
    const stage = new Stage({ loss: 0.3, duplicates: 0.3, delayMostMs: 1_000 });
    const [alice, bob] = [stage.hear(stage.alice), stage.hear(stage.bob)];
    const sent = Array.from({ length: 200 }, (_, i) => String(i).padStart(3, "0"));
    for (const text of sent)
      stage.wire.sendDatagram(stage.alice, alice.socket, { host: "10.0.0.2", port }, toUtf8(text));
    stage.pass(minuteMs);
    expect(new Set(bob.texts).size).toBeLessThan(sent.length);
    expect(bob.texts.length).toBeGreaterThan(new Set(bob.texts).size);
    expect(bob.texts).not.toEqual(bob.texts.toSorted());
  });

  test("a cut in one direction leaves the other", () => {
    const stage = new Stage();
    const [alice, bob] = [stage.hear(stage.alice), stage.hear(stage.bob)];
    stage.wire.cut(stage.alice, stage.bob);
    stage.wire.sendDatagram(stage.alice, alice.socket, { host: "10.0.0.2", port }, toUtf8("there"));
    stage.wire.sendDatagram(stage.bob, bob.socket, { host: "10.0.0.1", port }, toUtf8("back"));
    stage.pass(100);
    expect([alice.texts, bob.texts]).toEqual([["back"], []]);
  });
});

describe("streams", () => {
  test("whatever the weather, what is written arrives whole and in order", () => {
    const stage = new Stage({ loss: 0.3, delayMostMs: 500, pieces: 0.9, window: 50 });
    const { near, far } = stage.connect();
    stage.pass(minuteMs / 20);
    const text = Array.from({ length: 100 }, (_, i) => `line ${i}\n`).join("");
    near.stream.write(toUtf8(text));
    near.stream.end();
    stage.pass(60 * minuteMs);
    expect(far()?.text).toBe(text);
    expect(far()?.told).toEqual(["up", "end"]);
  });

  test("a partition holds a stream up, and mending it lets it go on", () => {
    const stage = new Stage();
    const { near, far } = stage.connect();
    stage.pass(100);
    stage.wire.cut(stage.alice, stage.bob);
    near.stream.write(toUtf8("late"));
    stage.pass(5 * minuteMs);
    expect(far()?.text).toBe("");
    stage.wire.mendAll();
    stage.pass(2 * minuteMs);
    expect(far()?.text).toBe("late");
  });

  test("a partition that lasts ends the stream for whoever wrote, and for nobody else", () => {
    const stage = new Stage();
    const { near, far } = stage.connect();
    stage.pass(100);
    stage.wire.cut(stage.alice, stage.bob);
    near.stream.write(toUtf8("never"));
    stage.pass(20 * minuteMs);
    expect(near.told.at(-1)).toBe("down timed-out");
    expect(far()?.told).toEqual(["up"]);
  });

  test("whoever lost power leaves the other side in the belief that all is well, until it writes", () => {
    const stage = new Stage();
    const { near } = stage.connect();
    stage.pass(100);
    stage.bob.crash("power-cut", seededRandom(1));
    stage.pass(minuteMs);
    expect(near.told).toEqual(["up"]);
    stage.bob.start();
    near.stream.write(toUtf8("still there?"));
    stage.pass(minuteMs);
    expect(near.told).toEqual(["up", "down reset"]);
  });

  test("a stream that is kept alive lasts through any silence, and ends after 30 s where nobody is left", () => {
    const stage = new Stage();
    const { near, far } = stage.connect();
    stage.pass(100);
    near.stream.keepAlive(15_000);
    stage.pass(60 * minuteMs);
    expect([near.told, far()?.told]).toEqual([["up"], ["up"]]);
    stage.bob.crash("power-cut", seededRandom(1));
    stage.pass(30_000);
    expect(near.told).toEqual(["up", "down timed-out"]);
  });

  test("who is asked for a sign of life and knows nothing of the stream says so", () => {
    const stage = new Stage();
    const { near } = stage.connect();
    stage.pass(100);
    near.stream.keepAlive(15_000);
    stage.bob.crash("power-cut", seededRandom(1));
    stage.bob.start();
    stage.pass(16_000);
    expect(near.told).toEqual(["up", "down reset"]);
  });

  test("what was written and not confirmed puts off every question for a sign of life, as on Linux", () => {
    const stage = new Stage();
    const { near, far } = stage.connect();
    stage.pass(100);
    for (const { stream } of [near, far()].filter((end) => end !== undefined)) stream.keepAlive(15_000);
    stage.wire.cut(stage.alice, stage.bob);
    near.stream.write(toUtf8("never"));
    stage.pass(minuteMs);
    expect(near.told).toEqual(["up"]);
    expect(far()?.told).toEqual(["up", "down timed-out"]);
  });

  test("of whoever was killed the other side is told at once", () => {
    const stage = new Stage();
    const { near } = stage.connect();
    stage.pass(100);
    stage.bob.crash("killed", seededRandom(1));
    stage.pass(100);
    expect(near.told).toHaveLength(2);
    expect(["end", "down reset"]).toContain(near.told[1]);
  });

  test.each([
    ["nobody listens", "refused", (stage: Stage) => (stage.bob.listeners = [])],
    ["nobody has the address", "no-route", (stage: Stage) => stage.bob.connect([])],
    ["nothing gets through", "timed-out", (stage: Stage) => stage.wire.cut(stage.alice, stage.bob)],
    ["nothing comes back", "timed-out", (stage: Stage) => stage.wire.cut(stage.bob, stage.alice)],
  ])("where %s a dial fails: %s", (_, why, spoil) => {
    const stage = new Stage();
    const { near } = stage.connect();
    spoil(stage);
    stage.pass(minuteMs);
    expect(near.told).toEqual([`down ${why}`]);
  });

  test("a window that is full holds the writer back until the reader reads", () => {
    const stage = new Stage({ window: 1_000 });
    const { near, far } = stage.connect();
    stage.pass(100);
    far()?.stream.reading(false);
    near.stream.write(new Uint8Array(1_500));
    stage.pass(1_000);
    expect(near.stream.unsent).toBe(500);
    far()?.stream.reading(true);
    stage.pass(1_000);
    expect(near.stream.unsent).toBe(0);
    expect(near.told.at(-1)).toBe("drained");
  });

  test("a host that reads slowly gets all of it in order, and holds the writer back meanwhile", () => {
    const stage = new Stage({ window: 100 });
    const { near, far } = stage.connect();
    stage.pass(100);
    stage.bob.slowReading = { bytesMax: 10, pauseMs: 1_000 };
    const text = Array.from({ length: 50 }, (_, i) => `line ${i} `).join("");
    near.stream.write(toUtf8(text));
    near.stream.end();
    stage.pass(5_000);
    expect(far()?.text).toBe(text.slice(0, far()?.text.length));
    expect(far()?.text.length).toBeLessThan(100);
    expect(near.stream.unsent).toBeGreaterThan(0);
    stage.bob.slowReading = undefined;
    stage.pass(minuteMs);
    expect(far()?.text).toBe(text);
    expect(far()?.told).toEqual(["up", "end"]);
  });
});
