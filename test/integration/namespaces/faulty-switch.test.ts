/** The faulty switch does to real datagrams and connections what it is told, the same again for the same seed. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Faults, FaultySwitch, faultySwitchAvailable } from "./faulty-switch.ts";
import { type LabHost, NamespaceLab } from "./harness.ts";
import { LabProgram } from "./lab-program.ts";

const obstacle = faultySwitchAvailable();
if (obstacle !== undefined) console.warn(`skipped: ${obstacle}`);

/** A share measured on so many is within 0.05 of the configured one, at four times the standard deviation and more. */
const many = 1_500;
/** Of them at a time: what a socket's buffer holds for certain. */
const together = 50;

describe.skipIf(obstacle !== undefined)("a faulty switch", () => {
  let faulty: FaultySwitch;
  let lab: NamespaceLab;
  let alice: LabHost;
  let bob: LabHost;

  function make(seed: number): void {
    faulty = new FaultySwitch(seed);
    lab = new NamespaceLab(faulty);
    [alice, bob] = [lab.host("alice"), lab.host("bob")];
  }

  beforeEach(() => make(1));
  afterEach(() => lab.close());

  /** What arrives at Bob, in this order, when Alice broadcasts the numbers from 0 on. */
  async function arrivals(faults: Faults): Promise<readonly number[]> {
    const [hearing, speaking] = [await hears(bob), speaks(alice)];
    faulty.faults(faults);
    for (let first = 0; first < many; first += together) {
      speaking.say(numbers(first, first + together));
      await until(() => {
        const { frames, doubled, lost, delivered } = faulty.counters();
        const settled = frames === first + together && delivered === frames + doubled - lost;
        return settled && hearing.lines.length === 1 + delivered;
      });
    }
    return hearing.lines.slice(1).map(Number);
  }

  test("loses, doubles and reorders as many as it is told", async () => {
    const arrived = await arrivals({ loss: 0.2, duplication: 0.1, reordering: 0.15, delayMs: 50 });
    const different = [...new Set(arrived)];
    expect(1 - different.length / many).toBeCloseTo(0.2, 1);
    expect(arrived.length / different.length - 1).toBeCloseTo(0.1, 1);
    const overtook = different.filter((n, at) => different.slice(at + 1).some((later) => later < n));
    expect(overtook.length / different.length).toBeCloseTo(0.15, 1);
    expect(faulty.counters()).toMatchObject({
      frames: many,
      lost: many - different.length,
      doubled: arrived.length - different.length,
      delivered: arrived.length,
      severed: 0,
      overflowed: 0,
    });
  });

  test("does the same again to the same frames for the same seed, and else for another", async () => {
    const faults = { loss: 0.1, duplication: 0.1 };
    const first = await arrivals(faults);
    const again = async (seed: number): Promise<readonly number[]> => {
      lab.close();
      make(seed);
      return arrivals(faults);
    };
    expect(await again(1)).toEqual(first);
    expect(await again(2)).not.toEqual(first);
  });

  test("delays each way by what it is told, and keeps the order", async () => {
    await program(bob, `udp.on("message", (bytes, from) => udp.send(bytes, from.port, from.address));`);
    const asking = await program(
      alice,
      `const times = [];
       let asked;
       const ask = () => { asked = performance.now(); udp.send("?", 5000, "${bob.address}"); };
       udp.on("message", () => {
         times.push(performance.now() - asked);
         if (times.length < 30) ask();
         else console.log(JSON.stringify(times));
       });
       process.stdin.once("data", ask);`,
    );
    faulty.faults({ delayMs: 30, jitterMs: 40 });
    asking.say("go");
    const times = JSON.parse(await asking.line((line) => line.startsWith("["))) as number[];
    const middle = times.toSorted((a, b) => a - b)[times.length >> 1];
    expect(Math.min(...times)).toBeGreaterThanOrEqual(60);
    expect(middle).toBeGreaterThan(80);
    expect(middle).toBeLessThan(200);
    const [hearing, speaking] = [await hears(lab.host("carol")), speaks(alice)];
    speaking.say(numbers(0, together));
    await hearing.line((line) => line === String(together - 1));
    expect(hearing.lines.slice(1)).toEqual(Array.from({ length: together }, (_, n) => String(n)));
  });

  test("carries a stream through losses, copies, delays and another order, whole", async () => {
    const receiving = await program(
      bob,
      `require("net").createServer((link) => {
         const hash = require("crypto").createHash("sha256");
         link.on("data", (bytes) => hash.update(bytes)).on("end", () => console.log(hash.digest("hex")));
       }).listen(5001, "0.0.0.0", () => console.log("listens"));`,
    );
    await receiving.line((line) => line === "listens");
    faulty.faults({ loss: 0.05, duplication: 0.05, reordering: 0.2, delayMs: 5, jitterMs: 10 });
    const sending = await program(
      alice,
      `const bytes = require("crypto").randomBytes(200_000);
       console.log(require("crypto").hash("sha256", bytes));
       require("net").connect(5001, "${bob.address}").end(bytes);`,
    );
    const hash = await sending.line((line) => line.length === 64);
    await receiving.line((line) => line === hash);
    const { lost, doubled, overtook } = faulty.counters();
    expect(Math.min(lost, doubled, overtook)).toBeGreaterThan(0);
  });

  test("lets a host send at its rate, and drops what its queue has no room for", async () => {
    const [hearing, speaking] = [await hears(bob), speaks(alice)];
    faulty.faults({ bitsPerSecond: 160_000 }); // half a second of it: 10,000 bytes
    speaking.say(numbers(0, 40, 1_000));
    const startedAt = performance.now();
    await until(() => faulty.counters().frames === 40);
    await until(() => hearing.lines.length === 1 + 40 - faulty.counters().overflowed);
    expect(faulty.counters().overflowed).toBeGreaterThan(0);
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(faulty.counters().delivered * 1_000 * 8).toBeLessThan(160_000 * seconds);
    expect(faulty.counters().delivered).toBeGreaterThanOrEqual(10);
  });

  test("cuts one direction, and heals it", async () => {
    const [alices, bobs] = [await hears(alice), await hears(bob)];
    const [here, there] = [speaks(alice), speaks(bob)];
    faulty.cut("alice", "bob");
    here.say(numbers(1, 2));
    await until(() => faulty.counters().severed === 1);
    there.say(numbers(2, 3));
    await alices.line((line) => line === "2");
    faulty.heal();
    here.say(numbers(3, 4));
    await bobs.line((line) => line === "3");
    expect(bobs.lines).not.toContain("1");
  });

  test("parts hosts from all others, and what is under way between them is lost", async () => {
    const carol = lab.host("carol");
    const [bobs, carols] = [await hears(bob), await hears(carol)];
    const speaking = speaks(alice);
    faulty.faults({ delayMs: 1_000 });
    speaking.say(numbers(1, 2));
    await until(() => faulty.counters().frames === 2);
    faulty.part(["alice", "bob"]);
    await bobs.line((line) => line === "1");
    await until(() => faulty.counters().severed === 1);
    faulty.heal();
    speaking.say(numbers(2, 3));
    await carols.line((line) => line === "2");
    expect(carols.lines).not.toContain("1");
  });

  test("ends with a test that is killed, and what that test made is removed by the next", async () => {
    const crashing = spawn(process.execPath, [`${import.meta.dirname}/crashing-lab.ts`]);
    const ended = once(crashing, "close"); // the switch has the same error output: it is closed when both have ended
    await new LabProgram(crashing).line((line) => line === "made");
    const left = new RegExp(`kith-${crashing.pid ?? 0}-`);
    crashing.kill("SIGKILL");
    await ended;
    expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).toMatch(left);
    new NamespaceLab(new FaultySwitch(1)).close();
    expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).not.toMatch(left);
  });
});

/** A program of a host that has a socket `udp`, once it is bound to port 5000. */
async function program(host: LabHost, text: string): Promise<LabProgram> {
  const script = `const udp = require("dgram").createSocket("udp4").bind(5000, () => console.log("bound"));
    ${text}`;
  const made = new LabProgram(
    host.spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  await made.line((line) => line === "bound");
  return made;
}

/** Prints what each datagram begins with. */
function hears(host: LabHost): Promise<LabProgram> {
  return program(host, `udp.on("message", (bytes) => console.log(parseInt(bytes)));`);
}

/** Broadcasts what is made by `numbers`. */
function speaks(host: LabHost): LabProgram {
  const script = `const udp = require("dgram").createSocket("udp4").bind(() => {
      udp.setBroadcast(true);
      require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
        const { first, end, bytes } = JSON.parse(line);
        for (let n = first; n < end; n++) udp.send(String(n).padEnd(bytes), 5000, "${host.broadcast}");
      });
    });`;
  return new LabProgram(host.spawn(process.execPath, ["-e", script], { stdio: ["pipe", "pipe", "inherit"] }));
}

/** An order to send a datagram for each number from `first` to before `end`, of so many bytes. */
function numbers(first: number, end: number, bytes = 20): string {
  return JSON.stringify({ first, end, bytes });
}

/** Looks again and again, and lets everything else go on meanwhile. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await turn();
}
