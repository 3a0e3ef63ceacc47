/** Two people at two machines, each with the real program on a real terminal: what the README promises, as they see it. */
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NamespaceLab, namespacesAvailable } from "../integration/namespaces/harness.ts";
import { classicPerson, Person } from "./person.ts";
import type { Screen } from "./screen.ts";

const noHosts = namespacesAvailable();
if (noHosts !== undefined) console.warn(`skipped: ${noHosts}`);

let folder: string;
let lab: NamespaceLab;
let alice: Person;
let bob: Person;

beforeEach(async () => {
  if (noHosts !== undefined) return;
  folder = await mkdtemp(join(tmpdir(), "kith-e2e-"));
  lab = new NamespaceLab();
  [alice, bob] = [new Person(lab.host("alice"), folder), new Person(lab.host("bob"), folder)];
});

afterEach(async () => {
  if (noHosts !== undefined) return;
  alice.close();
  bob.close();
  lab.close();
  await rm(folder, { recursive: true, force: true });
});

async function leave(screen: Screen): Promise<void> {
  screen.type("\u0003\u0003");
  expect(await screen.exit).toBe(0);
}

/** Both have told their names, and Alice has said hello. */
async function acquainted(): Promise<readonly [alice: Screen, bob: Screen]> {
  const here = await alice.firstChat("Alice");
  const there = await bob.firstChat("Bob");
  await here.shows(/Bob is online|is now called Bob/);
  here.enter("/msg Bob hello");
  await here.shows("→ Bob │ hello  ✓✓ delivered");
  await there.shows("Alice │ hello");
  return [here, there];
}

async function daemonPid(person: Person): Promise<number> {
  const { pid } = (await person.json("status")) as { readonly pid: number };
  return pid;
}

describe.skipIf(noHosts !== undefined)("two chats", () => {
  test("people find each other by name, and what is typed is undisturbed by what arrives", async () => {
    const here = await alice.firstChat("Alice");
    const there = await bob.firstChat("Bob");
    await here.shows(/Bob is online|is now called Bob/);
    here.type("/msg b\t");
    await here.shows(/> \/msg Bob$/);
    here.enter("hello");
    await here.shows("→ Bob │ hello  ✓✓ delivered");
    await here.shows(/to Bob ◆ encrypted>$/);
    await there.shows("Alice │ hello");
    there.type("half typed");
    await there.shows("> half typed");
    here.enter("and just typed");
    const screen = await there.shows("Alice │ and just typed");
    expect(screen).toMatch(/> half typed$/);
    await leave(here);
    await leave(there);
  });

  test("a message to somebody who has gone waits, says why, and arrives when they are back", async () => {
    const [here, there] = await acquainted();
    expect((await bob.run("stop")).code).toBe(0);
    await there.shows("The daemon was stopped");
    expect(await there.exit).toBe(0);
    here.enter("see you at the lighthouse");
    await here.shows(/lighthouse {2}… waiting: Bob is not/);
    here.enter("/why");
    await here.shows(/Bob: waiting: Bob is not listening: the connection was refused; last seen/);
    here.enter("/search lighth");
    await here.shows(/\d+ \d\d:\d\d +→ Bob │ see you at the lighthouse/);
    const again = bob.screen();
    await again.shows("Alice │ see you at the lighthouse");
    await here.shows("✓✓ Bob has “see you at the lighthouse” now.");
    await leave(again);
    await leave(here);
  });

  test("history and draft are there after a restart", async () => {
    const [here] = await acquainted();
    here.type("a draft that");
    await here.shows("> a draft that");
    await alice.run("stop");
    expect(await here.exit).toBe(0);
    const again = alice.screen();
    await again.shows(/hello {2}✓✓ delivered\n(?:.*\n)*to Bob ◆ encrypted> a draft that$/);
    await leave(again);
  });

  test("a daemon that is killed is started again, and what came meanwhile is shown", async () => {
    const [here, there] = await acquainted();
    here.type("half typed");
    await here.shows("> half typed");
    process.kill(await daemonPid(alice), "SIGKILL");
    await here.shows("The daemon has gone");
    await here.shows("The daemon is back");
    expect(here.text).toMatch(/> half typed$/);
    there.enter("/msg Alice still there?");
    await here.shows("Bob │ still there?");
    await leave(here);
    await leave(there);
  });

  test("a classic program's user is asked about before anything goes out readable", async () => {
    const host = lab.host("ece");
    const classic = classicPerson(host, "Ece", alice.host);
    const printed = createInterface({ input: classic.stdout ?? process.stdin });
    const here = await alice.firstChat("Alice");
    await here.shows(/Ece is online|\? unverified/);
    here.enter("/msg Ece merhaba");
    await here.shows("send it? y/n");
    here.enter("n");
    await here.shows("/msg Ece merhaba");
    here.type("\r");
    await here.shows(/send it\? y\/n *$/);
    const line = once(printed, "line");
    here.enter("y");
    await here.shows("→ Ece │ merhaba  ✓ sent");
    await here.shows("to Ece ! not encrypted>");
    expect(await line).toEqual(["merhaba"]);
    await leave(here);
  });
});

test.skipIf(noHosts !== undefined)(
  "the passphrase of an encrypted profile is asked for, and not shown",
  async () => {
    const file = join(folder, "passphrase");
    await writeFile(file, "correct horse\n", { mode: 0o600 });
    expect((await alice.run("people", "--passphrase-file", file)).code).toBe(0);
    expect((await alice.run("stop")).code).toBe(0);
    const screen = alice.screen();
    await screen.shows("Passphrase:");
    screen.enter("wrong");
    await screen.shows(/Passphrase:[^]*Passphrase:/);
    screen.enter("correct horse");
    await screen.shows("What is your name?");
    expect(screen.written).not.toMatch(/correct|wrong\r/);
    screen.enter("");
    await screen.shows("Hello");
    await leave(screen);
  },
);

describe.skipIf(noHosts !== undefined)("the command line", () => {
  test("sends and waits, follows, exports and imports", async () => {
    const bobs = bob.stream("tail", "--json", "--since", "0");
    const lines = createInterface({ input: bobs.lines ?? process.stdin })[Symbol.asyncIterator]();
    await alice.run("nick", "Alice");
    await bob.run("nick", "Bob");
    const here = alice.screen();
    await here.shows(/Bob/);
    await leave(here);
    const sent = await alice.json("send", "Bob", "see you", "--wait", "delivered");
    expect(sent).toMatchObject({ deliveries: [{ state: "delivered" }] });
    const next = await lines.next();
    expect(JSON.parse(String(next.value))).toMatchObject({ mine: false, body: { text: "see you" } });
    expect(await bobs.end()).toBe(130);
    const file = join(folder, "history.jsonl");
    expect((await bob.run("export", "--out", file)).code).toBe(0);
    expect(await readFile(file, "utf8")).toContain("see you");
    expect(await bob.json("import", file)).toMatchObject({ added: 0, known: 1 });
    expect(await bob.run("export", "--out", file)).toMatchObject({ code: 1, out: "" });
    expect(await alice.run("send", "Nobody", "hello")).toMatchObject({ code: 1, out: "" });
    expect(await alice.run("send", "Bob")).toMatchObject({ code: 2, out: "" });
    expect(await alice.run("hsitory", "Bob")).toMatchObject({ code: 2, out: "" });
  });

  test("networks are connected, configured and disconnected, and stay so after a restart", async () => {
    const lan = () => alice.json("network", "list");
    expect(await lan()).toMatchObject({ networks: [{ name: "lan", kind: "lan" }] });
    expect((await alice.run("network", "disconnect", "lan")).code).toBe(0);
    await alice.run("stop");
    expect(await lan()).toMatchObject({ networks: [] });
    expect((await alice.run("network", "connect", "lan", "udpPort=5100")).code).toBe(0);
    expect(await alice.json("network", "configure", "lan", "udpPort=5200")).toMatchObject({ name: "lan" });
    await alice.run("stop");
    expect(await lan()).toMatchObject({ networks: [{ name: "lan", settings: { udpPort: 5200 } }] });
    expect(await alice.run("network", "connect", "no-such")).toMatchObject({ code: 1 });
    const { settings } = (await alice.json("config")) as { readonly settings: readonly unknown[] };
    expect(settings.length).toBeGreaterThan(0);
    expect((await alice.run("people", "--set", "profile.name=Zoe")).err).toContain("has no effect");
  });
});
