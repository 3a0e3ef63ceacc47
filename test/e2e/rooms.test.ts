/** Three people at machines of their own in a room of our own server, as they see it: also while the server is away. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { NamespaceLab, namespacesAvailable } from "../integration/namespaces/harness.ts";
import { Person } from "./person.ts";
import type { Screen } from "./screen.ts";

const noHosts = namespacesAvailable();
if (noHosts !== undefined) console.warn(`skipped: ${noHosts}`);

const size = { columns: 100, rows: 40 };
let folder: string;
let lab: NamespaceLab;
let server: Person;
let people: readonly Person[] = [];

beforeEach(async () => {
  if (noHosts !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "kith-e2e-"));
  lab = new NamespaceLab();
  server = new Person(lab.host("server"), folder);
});

afterEach(async () => {
  if (noHosts !== undefined) return;
  for (const person of people) person.close();
  lab.close();
  await rm(folder, { recursive: true, force: true });
});

/** Resolves once it listens, with what ends it. */
async function serve(): Promise<() => Promise<number>> {
  const { lines, end } = server.stream("serve", "rooms", "--json");
  for await (const line of createInterface({ input: lines ?? process.stdin })) {
    if (line.includes('"ready"')) break;
  }
  return end;
}

/** Somebody whose only network is the server's rooms. */
async function guest(name: string): Promise<Person> {
  const person = new Person(lab.host(name), folder);
  people = [...people, person];
  await person.run("nick", name, "--set", "networks.autoconnect=");
  const { code, err } = await person.run("network", "connect", "rooms", `server=${server.host.address}`);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return person;
}

async function leave(screen: Screen): Promise<void> {
  screen.type("\u0003\u0003");
  expect(await screen.exit).toBe(0);
}

test.skipIf(noHosts !== undefined)(
  "a room is entered, spoken in and left, and goes on while its server is away",
  async () => {
    const endServer = await serve();
    const [alice, bob, carol] = [await guest("alice"), await guest("bob"), await guest("carol")];
    const here = alice.screen(size);
    await here.shows(/> *$/);
    here.enter("/join lobby");
    await here.shows(/#lobby on rooms: 1 member\n[^]*to #lobby \(1\) alone ! not encrypted>/);
    const there = bob.screen(size);
    await there.shows(/> *$/);
    there.enter("/rooms");
    await there.shows("#lobby");
    there.enter("/join l\t");
    await here.shows("→ bob has joined #lobby");
    await here.shows("#lobby: somebody is linked to you");
    await there.shows(/to #lobby \(2\) ! not encrypted>/);
    here.enter("hello *all*");
    await here.shows("→ #lobby │ hello all  ✓ sent");
    await there.shows("?alice │ hello all");

    expect(await carol.run("rooms", "join", "lobby")).toMatchObject({ code: 0, err: "" });
    await there.shows("→ carol has joined #lobby");
    there.type("half typed");
    expect(await carol.run("send", "#lobby", "hi from carol", "--wait", "sent")).toMatchObject({ code: 0 });
    await here.shows("?carol │ hi from carol");
    await there.shows(/\?carol │ hi from carol[^]*> half typed$/);
    there.type("\u0003");
    there.enter("/poke alice");
    await there.shows("alice has answered the poke.");
    await here.shows("* ?bob pokes you");
    here.enter("/why");
    await here.shows("#lobby: sent to the room: this network does not say who has it");

    expect(await endServer()).toBe(0);
    await here.shows(/rooms: works in part: the server cannot be reached/);
    there.enter("still here?");
    await here.shows("?bob │ still here?");
    await serve();
    await here.shows("rooms: connected");
    here.enter("/leave");
    await here.shows(/You have left the room[^]*to #lobby not joined/);
    here.enter("hello?");
    await here.shows("✗ Nothing can be sent to the room lobby: you are not in it.");
    here.type("\u0003");
    await leave(here);
    await leave(there);
  },
);
