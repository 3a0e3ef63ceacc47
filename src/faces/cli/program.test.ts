/** The command line from its words to its exit code, over a daemon in memory. */
import { describe, expect, test } from "vitest";
import { runProgram } from "./program.ts";
import { FakeDaemon } from "./testing/daemon.ts";
import { run, testProcess } from "./testing/surroundings.ts";

function daemonWithBob(): FakeDaemon {
  const daemon = new FakeDaemon();
  daemon.addPerson("Bob");
  return daemon;
}

describe("any verb", () => {
  test.each([
    [["hsitory"], 2, "there is no verb hsitory; did you mean history?"],
    [["send", "Bob"], 2, "missing required argument"],
    [["history", "Bob", "--limit", "x"], 2, "--limit takes a number"],
    [["presence", "asleep"], 2, "presence takes available, busy, away"],
    [["why", "999"], 1, "There is no message 999"],
    [["status", "--no-such"], 2, "unknown option"],
  ])("%j ends with %i and says %j", async (argv, code, says) => {
    const ran = await run(daemonWithBob().parts(), argv);
    expect(ran.code).toBe(code);
    expect(ran.err.toLowerCase()).toContain(says.toLowerCase());
    expect(ran.out).toBe("");
  });

  test("is explained by itself, of two words too, and a group with all that is in it", async () => {
    const explained = async (...words: readonly string[]) =>
      (await run(daemonWithBob().parts(), ["help", ...words])).out;
    expect(await explained("rooms", "poke")).toContain("Usage: kith rooms poke [options] [name]");
    const group = await explained("rooms");
    expect(group).toMatch(/Verbs about rooms\.\n[^]*poke \[options\] \[name\]/);
    expect(await explained()).toMatch(/rooms +Verbs about rooms: see\s+`kith help rooms`\./);
  });

  test("starts a daemon where none runs, unless --no-start forbids it", async () => {
    const daemon = daemonWithBob();
    daemon.crash();
    const refused = await run(daemon.parts(), ["people", "--no-start"]);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain("No daemon runs for this profile");
    expect(await run(daemon.parts(), ["people"])).toMatchObject({ code: 0 });
  });

  test("an error with --json is one JSON object on stderr, with its permanent code", async () => {
    const { code, out, err } = await run(daemonWithBob().parts(), ["why", "999", "--json"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(JSON.parse(err)).toMatchObject({
      error: { code: "no-such-message", details: { message: "999" } },
    });
  });

  test("--home, --profile and --set reach the way to the daemon", async () => {
    const daemon = daemonWithBob();
    const wheres: unknown[] = [];
    const parts = {
      ...daemon.parts(),
      connect: (where: unknown) => {
        wheres.push(where);
        return Promise.resolve(daemon.connect());
      },
    };
    await run(parts, [
      "people",
      "--home",
      "/tmp/k",
      "--profile",
      "work",
      "--set",
      "lan.port=1",
      "--set",
      "a=b=c",
    ]);
    expect(wheres).toEqual([{ home: "/tmp/k", profile: "work", set: { "lan.port": "1", a: "b=c" } }]);
  });

  test("--set for a daemon that runs already is said to have no effect, unless it has the value", async () => {
    const ran = await run(daemonWithBob().parts(), [
      ...["people", "--json", "--set", "lan.port=6000", "--set", "lan.address=127.0.0.2"],
    ]);
    expect(ran.err.split("\n")).toEqual([
      "kith: --set lan.port has no effect: a daemon runs already, with 5000; `kith stop` ends it.",
      "kith: --set lan.address has no effect: a daemon runs already, with nothing; `kith stop` ends it.",
      "",
    ]);
    expect(ran.code).toBe(0);
    expect((await run(daemonWithBob().parts(), ["people", "--set", "lan.port=5000"])).err).toBe("");
  });

  test("a failure that is no error of ours is told in words, whatever was thrown", async () => {
    const thrown: readonly (readonly [unknown, string])[] = [
      [{ code: -32_000, message: "no such thing" }, "no such thing"],
      [{ reason: { at: 3 } }, '{"reason":{"at":3}}'],
      ["just a text", "just a text"],
      [undefined, "undefined"],
      [new Error(""), "Error"],
    ];
    for (const [what, says] of thrown) {
      // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is the point
      const parts = { ...daemonWithBob().parts(), connect: () => Promise.reject(what) };
      const { code, err } = await run(parts, ["people"]);
      expect({ code, err }).toEqual({ code: 1, err: `kith: ${says}\n` });
    }
  });

  test("the passphrase comes from the first line of the standard input where - is given", async () => {
    const daemon = daemonWithBob();
    daemon.crash();
    const given: (string | undefined)[] = [];
    const parts = {
      ...daemon.parts(),
      startDaemon: (_where: unknown, passphrase: string | undefined) => {
        given.push(passphrase);
        daemon.start();
        return Promise.resolve();
      },
    };
    await run(parts, ["people", "--passphrase-file", "-"], "correct horse\nignored\n");
    expect(given).toEqual(["correct horse"]);
  });
});

describe("reading", () => {
  test("people shows numbers, labels, presence, trust and where they are", async () => {
    const daemon = daemonWithBob();
    daemon.addPerson("Ece (2)", { trust: "changed", online: false, since: daemon.now - 3_600_000 });
    const { out, code } = await run(daemon.parts(), ["people"]);
    expect(code).toBe(0);
    expect(out).toContain("Bob");
    expect(out).toMatch(/Ece \(2\) +last seen 1 h ago +! Ece \(2\), not the person you know/);
  });

  test("--json prints the answer of the API as one value", async () => {
    const { out } = await run(daemonWithBob().parts(), ["people", "--json"]);
    expect(JSON.parse(out)).toMatchObject({ people: [{ label: "Bob" }] });
    expect(out.trimEnd()).not.toContain("\n");
  });

  test("history shows messages with their numbers", async () => {
    const daemon = daemonWithBob();
    const [bob] = [...daemon.people.values()];
    if (bob === undefined) throw new Error("no bob");
    daemon.hear(bob, "first\nsecond line");
    const { out } = await run(daemon.parts(), ["history", "bob"]);
    expect(out).toMatch(/^─── /);
    expect(out).toMatch(/\n1 \d\d:\d\d +Bob │ first\n +│ second line\n$/);
  });

  test("why says where a message is, and why", async () => {
    const daemon = daemonWithBob();
    daemon.addPerson("Ece", { online: false });
    await run(daemon.parts(), ["send", "Ece", "hello"]);
    const { out } = await run(daemon.parts(), ["why", "1"]);
    expect(out).toContain("Ece: waiting: Ece is not there; last seen 3 h ago");
    expect(out).toContain("/retry 1");
  });
});

describe("send", () => {
  test("a text of several words, or from the standard input", async () => {
    const daemon = daemonWithBob();
    expect((await run(daemon.parts(), ["send", "Bob", "hello", "there"])).code).toBe(0);
    expect((await run(daemon.parts(), ["send", "Bob", "-"], "two\nlines\n")).code).toBe(0);
    expect(daemon.messages.map(({ body }) => body)).toEqual([
      { kind: "text", text: "hello there" },
      { kind: "text", text: "two\nlines" },
    ]);
  });

  test("a name that fits several is never guessed: it fails and lists them", async () => {
    const daemon = new FakeDaemon();
    const ece = daemon.addPerson("Ece");
    const [contact] = ece.contacts;
    daemon.addPerson("Ece (2)", {
      contacts: contact === undefined ? [] : [{ ...contact, address: "127.0.0.9" }],
    });
    const { code, err } = await run(daemon.parts(), ["send", "Ece", "hi"]);
    expect(code).toBe(1);
    expect(err).toContain("1: Ece, 8d1f 22c0 9a3b 77e1, 127.0.0.2; 2: Ece (2)");
    expect(daemon.messages).toEqual([]);
  });

  test("unencrypted needs --plain where nobody can be asked", async () => {
    const daemon = new FakeDaemon();
    const dave = daemon.addPerson("Dave");
    daemon.change(dave, {
      contacts: dave.contacts.map((contact) => ({ ...contact, keyed: false, secrecy: "none" })),
    });
    const refused = await run(daemon.parts(), ["send", "Dave", "hi"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("--plain");
    expect((await run(daemon.parts(), ["send", "Dave", "hi", "--plain"])).code).toBe(0);
  });

  test("a lost answer is asked for again, and the message goes out once", async () => {
    const daemon = daemonWithBob();
    daemon.loseAnswer("messages.send");
    const { code, out } = await run(daemon.parts(), ["send", "Bob", "hi"]);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining("1 to Bob") as string });
    expect(daemon.messages).toHaveLength(1);
    await run(daemon.parts(), ["send", "Bob", "hi"]);
    expect(daemon.messages).toHaveLength(2);
  });

  test("--wait delivered ends when it is delivered", async () => {
    const daemon = daemonWithBob();
    const sending = run(daemon.parts(), ["send", "Bob", "hi", "--wait", "delivered"]);
    const message = await until(() => daemon.messages[0]);
    daemon.settle(message, { state: "delivered" });
    const { code, out } = await sending;
    expect({ code, out }).toEqual({ code: 0, out: "1 to Bob: ✓✓ delivered\n" });
  });

  test("--wait delivered fails with the reason when it failed", async () => {
    const daemon = daemonWithBob();
    const sending = run(daemon.parts(), ["send", "Bob", "hi", "--wait", "delivered"]);
    const message = await until(() => daemon.messages[0]);
    daemon.settle(message, { state: "failed", why: { code: "refused" } });
    const { code, err } = await sending;
    expect(code).toBe(1);
    expect(err).toContain("Bob is not listening: the connection was refused");
    expect(err).toContain("`kith why 1`");
  });

  test("--wait delivered fails after the timeout and says where it is", async () => {
    const daemon = new FakeDaemon();
    daemon.addPerson("Ece", { online: false });
    const { code, err } = await run(daemon.parts(), [
      "send",
      "Ece",
      "hi",
      "--wait",
      "delivered",
      "--timeout",
      "0",
    ]);
    expect(code).toBe(1);
    expect(err).toContain("not within 0 s: waiting: Ece is not there");
  });
});

describe("tail", () => {
  test("prints what came since the cursor, then what comes, and ends with 130 at Ctrl+C", async () => {
    const daemon = daemonWithBob();
    const [bob] = [...daemon.people.values()];
    if (bob === undefined) throw new Error("no bob");
    for (const text of ["one", "two", "three"]) daemon.hear(bob, text);
    const process = testProcess();
    const running = runProgram(["tail", "--since", "1", "--json"], daemon.parts(), process.around);
    await until(() => (process.out().includes("three") ? true : undefined));
    daemon.hear(bob, "four");
    await until(() => (process.out().includes("four") ? true : undefined));
    process.interrupt();
    expect(await running).toBe(130);
    const lines = process
      .out()
      .trimEnd()
      .split("\n")
      .map((line): unknown => JSON.parse(line));
    expect(lines).toMatchObject([{ changed: 2 }, { changed: 3 }, { changed: 4 }]);
  });

  test("begins with the next message where no cursor is given, and says the cursor at the end", async () => {
    const daemon = daemonWithBob();
    const [bob] = [...daemon.people.values()];
    if (bob === undefined) throw new Error("no bob");
    daemon.hear(bob, "before");
    const process = testProcess();
    const running = runProgram(["tail"], daemon.parts(), process.around);
    await until(() => (daemon.isFollowed ? true : undefined));
    daemon.hear(bob, "after");
    await until(() => (process.out().includes("after") ? true : undefined));
    process.interrupt();
    await running;
    expect(process.out()).not.toContain("before");
    expect(process.err()).toBe("Continue with --since 2\n");
  });

  test("a message that comes while the one before it changes is not lost", async () => {
    const daemon = daemonWithBob();
    const [bob] = [...daemon.people.values()];
    if (bob === undefined) throw new Error("no bob");
    const process = testProcess();
    const running = runProgram(["tail", "--json"], daemon.parts(), process.around);
    await until(() => (daemon.isFollowed ? true : undefined));
    const first = daemon.hear(bob, "one");
    daemon.hear(bob, "two");
    daemon.settle(first, {});
    await until(() => (process.out().includes('"changed":3') ? true : undefined));
    process.interrupt();
    await running;
    expect(process.out()).toContain("two");
  });

  test("a reader that goes away is no error", async () => {
    const daemon = daemonWithBob();
    const process = testProcess();
    const running = runProgram(["tail"], daemon.parts(), process.around);
    await new Promise(setImmediate);
    process.stdout.emit("error", Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    expect(await running).toBe(0);
  });

  test("says so when the daemon ends", async () => {
    const daemon = daemonWithBob();
    const running = run(daemon.parts(), ["tail"]);
    await new Promise(setImmediate);
    daemon.crash();
    expect(await running).toMatchObject({ code: 1 });
  });
});

describe("daemon", () => {
  test("--json reports one line an event until it is interrupted", async () => {
    const process = testProcess();
    const running = runProgram(["daemon", "--json"], new FakeDaemon().parts(), process.around);
    await until(() => (process.out().includes("ready") ? true : undefined));
    process.interrupt();
    expect(await running).toBe(0);
    expect(JSON.parse(process.out())).toEqual({ event: "ready", socket: "/run/kith.sock" });
  });
});

describe("the chat where there is no terminal", () => {
  test("reads lines and does what they say", async () => {
    const daemon = daemonWithBob();
    const { code, out } = await run(daemon.parts(), [], "/msg Bob hello\n/query bob\nand again\n//slash\n");
    expect(code).toBe(0);
    expect(daemon.messages.map(({ body }) => ("text" in body ? body.text : ""))).toEqual([
      "hello",
      "and again",
      "/slash",
    ]);
    expect(out).toContain("→ Bob │ and again");
  });

  test("an unknown command is never sent, and the exit code tells that something failed", async () => {
    const daemon = daemonWithBob();
    const { code, err } = await run(daemon.parts(), [], "/query Bob\n/qery Bob\n/msg Nobody hi\n");
    expect(daemon.messages).toEqual([]);
    expect(code).toBe(1);
    expect(err).toContain("Nobody is known by the name Nobody");
  });
});

/** Lets the program go on until something is there. */
async function until<Value>(find: () => Value | undefined): Promise<Value> {
  for (let turns = 0; turns < 100_000; turns++) {
    const found = find();
    if (found !== undefined) return found;
    await new Promise(setImmediate);
  }
  throw new Error("it did not come");
}
