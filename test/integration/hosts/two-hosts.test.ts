/** Two people at two machines of one network, with nothing configured: what the README promises. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NamespaceLab, namespacesAvailable } from "../namespaces/harness.ts";
import { capture, captureAvailable } from "./capture.ts";
import { Resident } from "./resident.ts";

const noHosts = namespacesAvailable();
const noCapture = captureAvailable();
if (noHosts !== undefined) console.warn(`skipped: ${noHosts}`);
if (noCapture !== undefined) console.warn(`the wire is not looked at: ${noCapture}`);

let folder: string;
let lab: NamespaceLab;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kith-hosts-"));
  if (noHosts === undefined) lab = new NamespaceLab();
});

afterEach(async () => {
  if (noHosts === undefined) lab.close();
  await rm(folder, { recursive: true, force: true });
});

const isOnline = ({ event, presence }: { readonly event: string; readonly presence?: unknown }) =>
  event === "presence-changed" && JSON.stringify(presence).includes('"online":true');

test.skipIf(noHosts !== undefined)(
  "two people appear to each other by themselves, chat, restart, and find what was said",
  async () => {
    const alice = new Resident(lab.host("alice"), folder);
    const bob = new Resident(lab.host("bob"), folder);
    await alice.start();
    await bob.start();
    await Promise.all([alice.heard(isOnline), bob.heard(isOnline)]);
    expect(await alice.run("people")).toMatchObject({ people: [{ label: "bob", trust: "pinned" }] });
    const sent = await alice.run("send", "bob", "see you at the lighthouse", "--wait", "delivered");
    expect(sent).toMatchObject({ secrecy: "end-to-end", deliveries: [{ state: "delivered" }] });
    await bob.stop();
    await bob.start();
    const found = { messages: [{ authorLabel: "alice", body: { text: "see you at the lighthouse" } }] };
    expect(await bob.run("history", "alice")).toMatchObject(found);
    expect(await bob.run("search", "lightho")).toMatchObject(found);
    await bob.stop();
    await alice.stop();
  },
);

test.skipIf(noHosts !== undefined || noCapture !== undefined)(
  "the wire shows who is there, and nothing of what is said",
  async () => {
    const [here, there] = [lab.host("alice"), lab.host("bob")];
    const [alice, bob] = [new Resident(here, folder), new Resident(there, folder)];
    const wire = await capture(there, join(folder, "wire.pcapng"));
    await alice.start();
    await bob.start();
    await alice.heard(isOnline);
    const canaries = Array.from({ length: 20 }, (_, i) => `canary-${i}-of-the-coal-mine`);
    for (const canary of canaries) await alice.run("send", "bob", canary, "--wait", "delivered");
    await bob.run("send", "alice", "canary-back-home", "--wait", "delivered");
    const packets = await wire.end();
    expect(packets.includes('"username"')).toBe(true);
    expect(packets.includes('{"kith":1')).toBe(true);
    expect([...canaries, "canary"].filter((canary) => packets.includes(canary))).toEqual([]);
    await bob.stop();
    await alice.stop();
  },
);

test.skipIf(noHosts !== undefined)(
  "what is written while the cable is out arrives when it is in again",
  async () => {
    const [here, there] = [lab.host("alice"), lab.host("bob")];
    const [alice, bob] = [new Resident(here, folder), new Resident(there, folder)];
    await alice.start();
    await bob.start();
    await alice.heard(isOnline);
    there.cut();
    await alice.run("send", "bob", "are you there?");
    there.heal();
    await bob.heard(({ event }) => event === "message-added");
    await alice.heard(({ event }) => event === "message-changed");
    expect(await bob.run("history", "alice")).toMatchObject({
      messages: [{ body: { text: "are you there?" } }],
    });
    await bob.stop();
    await alice.stop();
  },
);
