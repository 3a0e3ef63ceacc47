/** The LAN as the core knows it: events, receipts, refusals, and what it tells of itself. */
import { beforeEach, expect, it } from "vitest";
import { LanLab, type HostOptions } from "../../../test/lan/lab.ts";
import { ClassicProgram } from "../../../test/lan/members.ts";
import { nodeCrypto, nodeLegacyCipher } from "../../../test/lan/node-crypto.ts";
import { present } from "../../base/assert.ts";
import { toNetworkName, type MessageId } from "../../base/ids.ts";
import { seededRandom } from "../../base/random.ts";
import { dayMs } from "../../base/time.ts";
import type { Keep, Network, NetworkEvent, Outgoing, ReceiptToken } from "../../core/ports/network.ts";
import { createLan } from "./lan.ts";
import { lanConfig } from "./settings.ts";

class MapKeep implements Keep {
  readonly values = new Map<string, Uint8Array>();
  /** Of which what stood there before was to be gone. */
  readonly replaced: string[] = [];
  read(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }
  write(key: string, value: Uint8Array): void {
    this.values.set(key, value);
  }
  replace(key: string, value: Uint8Array): void {
    this.replaced.push(key);
    this.write(key, value);
  }
  remove(key: string): void {
    this.values.delete(key);
  }
}

interface Player {
  readonly network: Network;
  readonly events: NetworkEvent[];
  readonly keep: MapKeep;
}

let lab: LanLab;
beforeEach(() => {
  lab = new LanLab();
});

let seeds = 0;

function playerOn(
  host: string,
  settings: object = {},
  keep = new MapKeep(),
  options: HostOptions = {},
): Player {
  const events: NetworkEvent[] = [];
  const network = createLan({
    name: present(toNetworkName("lan"), "a name"),
    settings: lanConfig.parse(settings),
    driver: lab.host(host, options),
    random: seededRandom(++seeds),
    crypto: nodeCrypto,
    legacyCipher: nodeLegacyCipher,
    keep,
  });
  return { network, events, keep };
}

function start(player: Player, name: string): void {
  void player.network.start((event) => player.events.push(event));
  player.network.present({ name, availability: "available" });
}

function outgoing(to: string, more: Partial<Outgoing> = {}): Outgoing {
  return {
    message: "AAECAwQFBgcICQoLDA0ODw" as MessageId,
    place: { kind: "direct", identity: to },
    recipients: [to],
    body: { kind: "text", text: "hello" },
    sentAt: 1_000,
    secrecyLeast: to.startsWith("key:") ? "end-to-end" : "none",
    ...more,
  };
}

function seenBy(player: Player): string {
  const seen = player.events.findLast(({ kind }) => kind === "personSeen");
  return seen?.kind === "personSeen" ? seen.contact.identity : "nobody";
}

it("a message goes from core to core, and is delivered when the receiving core acknowledges it", () => {
  const [alice, bob] = [playerOn("10.0.0.1"), playerOn("10.0.0.2")];
  start(alice, "alice");
  start(bob, "bob");
  lab.run(3_000);
  const toBob = seenBy(alice);
  alice.network.send(outgoing(toBob));
  lab.run(100);
  const arrived = bob.events.at(-1);
  expect(arrived).toMatchObject({
    kind: "messageArrived",
    from: { identity: seenBy(bob), keyed: true, name: "alice", secrecy: "end-to-end", address: "10.0.0.1" },
    place: { kind: "direct", identity: seenBy(bob) },
    wireId: "AAECAwQFBgcICQoLDA0ODw",
    sentAt: 1_000,
    body: { kind: "text", text: "hello" },
    secrecy: "end-to-end",
  });
  expect(alice.events.filter(({ kind }) => kind === "delivery")).toEqual([]);
  if (arrived?.kind !== "messageArrived" || arrived.receipt === undefined) throw new Error("no receipt");
  bob.network.acknowledge(arrived.receipt);
  lab.run(100);
  expect(alice.events.at(-1)).toEqual({
    kind: "delivery",
    message: "AAECAwQFBgcICQoLDA0ODw",
    recipient: toBob,
    outcome: { state: "delivered" },
  });
});

it("a classic program's text has no id, no secrecy and no receipt", () => {
  const alice = playerOn("10.0.0.1");
  start(alice, "alice");
  const ece = new ClassicProgram(lab, "10.0.0.9");
  lab.run(100);
  ece.announce('{"username": "Ece"}');
  lab.run(10);
  ece.dial("10.0.0.1").write("merhaba").end();
  lab.run(10);
  const from = { identity: "name:Ece", keyed: false, name: "Ece", secrecy: "none", address: "10.0.0.9" };
  expect(alice.events.slice(-2)).toEqual([
    { kind: "personSeen", contact: from, availability: "available" },
    {
      kind: "messageArrived",
      from,
      place: { kind: "direct", identity: "name:Ece" },
      body: { kind: "text", text: "merhaba" },
      secrecy: "none",
    },
  ]);
});

it("what is no text is refused for good", () => {
  const alice = playerOn("10.0.0.1");
  start(alice, "alice");
  lab.run(100);
  alice.network.send(outgoing("name:Ece", { body: { kind: "poke" } }));
  expect(alice.events.at(-1)).toMatchObject({
    kind: "delivery",
    outcome: { state: "failed", why: { code: "not-text" }, again: "never" },
  });
});

it("a start is over when the sockets are open, or the reason why not is told", async () => {
  const alice = playerOn("10.0.0.1");
  const started = alice.network.start((event) => alice.events.push(event));
  lab.run(10);
  await started;
  expect(alice.events.at(-1)).toEqual({ kind: "health", state: "up" });
  const bob = playerOn("10.0.0.2", {}, undefined, { refuse: () => "in-use" });
  const failed = bob.network.start((event) => bob.events.push(event));
  lab.run(10);
  await failed;
  expect(bob.events.at(-1)).toMatchObject({ kind: "health", state: "down", why: { code: "port-in-use" } });
  expect(bob.network.inspect()).toMatchObject({
    health: "down",
    why: { details: { port: 5_000, what: "UDP" } },
  });
});

it("after stop there is silence, and it can be started again as the same identity", async () => {
  const [alice, bob] = [playerOn("10.0.0.1"), playerOn("10.0.0.2")];
  start(alice, "alice");
  start(bob, "bob");
  lab.run(3_000);
  const before = seenBy(bob);
  await alice.network.stop();
  const told = alice.events.length;
  alice.network.send(outgoing("name:Ece"));
  alice.network.acknowledge(1 as ReceiptToken);
  lab.run(10_000);
  expect(alice.events.length).toBe(told);
  expect(alice.network.inspect()).toMatchObject({ health: "down", sockets: [] });
  lab.run(200_000);
  start(alice, "alice");
  lab.run(3_000);
  expect(seenBy(bob)).toBe(before);
  expect(bob.events.at(-1)).toMatchObject({ kind: "personSeen" });
});

it("a stop ends a start that is still waiting", async () => {
  const alice = playerOn("10.0.0.1");
  const started = alice.network.start(() => undefined);
  await alice.network.stop();
  await started;
});

it("of keys nothing older is left behind, which does not matter for anything else", () => {
  const alice = playerOn("10.0.0.1");
  start(alice, "alice");
  lab.run(3_000);
  alice.network.send(outgoing("name:Ece"));
  expect(alice.keep.values.has("companions")).toBe(true);
  expect(alice.keep.replaced).toEqual(["keys"]);
  lab.run(dayMs);
  expect(alice.keep.replaced).toEqual(["keys", "keys"]);
});

it("damaged keys are said so, never replaced silently", () => {
  const keep = new MapKeep();
  keep.write("keys", new Uint8Array(10));
  expect(() => playerOn("10.0.0.1", {}, keep)).toThrow("keys of network lan");
  expect(keep.read("keys")).toEqual(new Uint8Array(10));
});

it("it tells what it has heard and who it is", () => {
  const [alice, bob] = [playerOn("10.0.0.1"), playerOn("10.0.0.2")];
  start(alice, "alice");
  start(bob, "bob");
  lab.run(3_000);
  const report = alice.network.inspect();
  expect(report.health).toBe("up");
  expect(report.facts).toMatchObject({ "people-online": 1, "own-addresses": "10.0.0.1" });
  expect(`key:${report.facts["own-key"] ?? ""}`).toBe(seenBy(bob));
  expect(report.facts["announcements-heard"]).toBeGreaterThan(0);
  expect(report.sockets.map(({ what, at }) => `${what} ${at}`)).toContain("messages 0.0.0.0:5001");
});

it("the variant of 2025 says what it is: not secret, without receipts and ids", () => {
  const { network } = playerOn("10.0.0.1", { variant: "2025" });
  expect(network.traits).toMatchObject({ secrecy: "none", receipts: false, idsOnWire: false });
  expect(playerOn("10.0.0.1").network.traits).toMatchObject({ secrecy: "end-to-end", receipts: true });
});

it("settings are checked, and each has its description", () => {
  expect(lanConfig.parse({})).toEqual({ targets: [], variant: "classic" });
  for (const wrong of [
    { address: "x" },
    { address: "256.1.1.1" },
    { targets: ["::1"] },
    { udpPort: 0 },
    { port: 1 },
    { variant: "2024" },
  ])
    expect(lanConfig.safeParse(wrong).success).toBe(false);
  for (const field of Object.values(lanConfig.shape)) expect(field.description?.length).toBeGreaterThan(20);
});
