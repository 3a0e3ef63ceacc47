/** Hosts of the lab hear each other as on one cable, and the driver speaks there as on any network. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Effect } from "../../../src/protocols/machine.ts";
import { Cables } from "./cables.ts";
import { FaultySwitch, faultySwitchAvailable } from "./faulty-switch.ts";
import { type LabHost, NamespaceLab, namespacesAvailable } from "./harness.ts";
import { LabProgram } from "./lab-program.ts";
import type { Wiring } from "./wiring.ts";

const wirings = [
  { wiring: "cables", obstacle: namespacesAvailable(), made: () => new Cables() },
  { wiring: "a switch", obstacle: faultySwitchAvailable(), made: () => new FaultySwitch(1) },
];

for (const { wiring, obstacle, made } of wirings) {
  if (obstacle !== undefined) console.warn(`skipped, hosts joined by ${wiring}: ${obstacle}`);
  describe.skipIf(obstacle !== undefined)(`a lab of hosts joined by ${wiring}`, () => promises(made));
}

function promises(made: () => Wiring): void {
  let lab: NamespaceLab;
  let alice: LabHost;
  let bob: LabHost;

  beforeEach(() => {
    lab = new NamespaceLab(made());
    [alice, bob] = [lab.host("alice"), lab.host("bob")];
  });

  afterEach(() => lab.close());

  function script(host: LabHost, text: string): LabProgram {
    return new LabProgram(host.spawn(process.execPath, ["-e", text], { stdio: ["pipe", "pipe", "inherit"] }));
  }

  function driver(host: LabHost): LabProgram {
    const program = `${import.meta.dirname}/driver-host.ts`;
    return new LabProgram(host.spawn(process.execPath, [program], { stdio: ["pipe", "pipe", "inherit"] }));
  }

  test("two hosts reach each other by broadcast and by TCP", async () => {
    const listening = script(
      bob,
      `const udp = require("dgram").createSocket("udp4").bind(5000, () => console.log("udp"));
       udp.on("message", (bytes, from) => console.log("heard " + bytes + " from " + from.address));
       require("net").createServer((link) => link.end("hello " + link.remoteAddress))
         .listen(5001, "0.0.0.0", () => console.log("tcp"));`,
    );
    await listening.line((line) => line === "udp");
    await listening.line((line) => line === "tcp");
    const speaking = script(
      alice,
      `const udp = require("dgram").createSocket("udp4").bind(() => {
         udp.setBroadcast(true);
         udp.send("ping", 5000, "${alice.broadcast}", () => udp.close());
       });
       require("net").connect(5001, "${bob.address}").on("data", (bytes) => console.log(String(bytes)));`,
    );
    await listening.line((line) => line === `heard ping from ${alice.address}`);
    await speaking.line((line) => line === `hello ${alice.address}`);
  });

  test("the driver hears broadcasts beside the sockets of its own address", async () => {
    const bobs = driver(bob);
    const at = (host: string, port: number): { host: string; port: number } => ({ host, port });
    order(
      bobs,
      { kind: "bind", socket: "own", at: at(bob.address, 5000), broadcast: true },
      { kind: "bind", socket: "all", at: at(bob.broadcast, 5000), broadcast: false },
      { kind: "listen", name: "door", at: at(bob.address, 5001) },
    );
    for (const name of ["own", "all", "door"]) await told(bobs, { kind: "listening", name });
    const alices = driver(alice);
    order(
      alices,
      { kind: "bind", socket: "own", at: at(alice.address, 5000), broadcast: true },
      saying("to all", at(alice.broadcast, 5000)),
      saying("to bob", at(bob.address, 5000)),
      { kind: "dial", link: -1, to: at(bob.address, 5001), timeoutMs: 5_000 },
    );
    const from = at(alice.address, 5000);
    await told(bobs, { kind: "datagram", socket: "all", from, bytes: "to all" });
    await told(bobs, { kind: "datagram", socket: "own", from, bytes: "to bob" });
    await told(bobs, { kind: "linkUp", via: "door" });
    const heard = bobs.lines.filter((line) => line.includes('"datagram"'));
    expect(heard).toHaveLength(2);
  });

  test("a host whose cable is pulled hears nothing and sees its address go, until it is healed", async () => {
    const bobs = driver(bob);
    const [here, gone] = [`"broadcast":"${bob.broadcast}"`, '"addresses":[{"interface":"lo"'];
    order(bobs, { kind: "watchInterfaces" });
    await bobs.line((line) => line.includes(here));
    bob.cut();
    await bobs.line((line) => line.includes(gone) && !line.includes(here));
    const dialling = driver(alice);
    order(dialling, { kind: "dial", link: -1, to: { host: bob.address, port: 5001 }, timeoutMs: 100 });
    await told(dialling, { kind: "linkDown", why: "timed-out" });
    bob.heal();
    order(dialling, { kind: "dial", link: -2, to: { host: bob.address, port: 5001 }, timeoutMs: 5_000 });
    await told(dialling, { kind: "linkDown", link: -2, why: "refused" });
  });

  test("nothing of it is seen outside, and nothing is left of it", () => {
    const before = [links(), namespacesOf(process.pid)];
    const other = new NamespaceLab(made());
    other.host("carol").spawn("sleep", ["1000"]);
    expect(links()).toBe(before[0]);
    other.close();
    expect([links(), namespacesOf(process.pid)]).toEqual(before);
  });

  test("what a test that crashed has left is removed by the next", async () => {
    const crashed = spawn(process.execPath, ["-e", ""]);
    await once(crashed, "close");
    const pid = crashed.pid ?? 0;
    execFileSync("ip", ["netns", "add", `kith-${pid}-1-alice`]);
    expect(namespacesOf(pid)).toHaveLength(1);
    new NamespaceLab(made()).close();
    expect(namespacesOf(pid)).toEqual([]);
  });
}

function links(): string {
  return execFileSync("ip", ["-o", "link"], { encoding: "utf8" });
}

function namespacesOf(pid: number): readonly string[] {
  const names = execFileSync("ip", ["netns", "list"], { encoding: "utf8" });
  return names.match(new RegExp(`kith-${pid}-\\S+`, "g")) ?? [];
}

type Said = Exclude<Effect<never>, { readonly kind: "datagram" | "write" }> | ReturnType<typeof saying>;

function order(program: LabProgram, ...effects: readonly Said[]): void {
  program.say(JSON.stringify(effects));
}

function saying(text: string, to: { readonly host: string; readonly port: number }) {
  return { kind: "datagram", socket: "own", to, bytes: text } as const;
}

/** Resolves when the program has been told something with all that is in `part`. */
async function told(program: LabProgram, part: Readonly<Record<string, unknown>>): Promise<void> {
  await program.line((line) => {
    const input = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return Object.entries(part).every(
      ([name, value]) => JSON.stringify(input[name]) === JSON.stringify(value),
    );
  });
}
