/** What a chat does when its daemon crashes, is stopped or starts again: nothing typed is lost. */
import { expect, test } from "vitest";
import { KithError } from "../../../base/errors.ts";
import { FakeDaemon } from "../testing/daemon.ts";
import { leave, scene, withEce } from "../testing/scene.ts";
import { testTerminal, until } from "../testing/terminal.ts";
import { restartsMax } from "./chat.ts";

test("a daemon that is lost is said, found again, and what came meanwhile is shown", async () => {
  const { daemon, ece } = withEce();
  daemon.hear(ece, "before");
  const chat = scene(daemon);
  await chat.shows("before");
  daemon.crash();
  await chat.shows("The daemon has gone");
  daemon.hear(ece, "meanwhile");
  daemon.start();
  await chat.shows("The daemon is back");
  const screen = await chat.shows("meanwhile");
  expect(screen.match(/before/g)).toHaveLength(1);
  await leave(chat);
});

test("a daemon that crashed is started again, but one that crashes again and again only on Enter", async () => {
  const { daemon } = withEce();
  let started = 0;
  const startDaemon = () => {
    started++;
    daemon.start();
    return Promise.resolve();
  };
  let attempts = 0;
  const connect = () => {
    attempts++;
    return Promise.resolve(daemon.connect());
  };
  const chat = scene(daemon, testTerminal(80, 60), { parts: { startDaemon, connect } });
  const isBack = (times: number) => chat.shows(new RegExp(`(?:The daemon is back[^]*){${times}}`));
  await chat.shows("to Ece");
  for (let crash = 1; crash <= restartsMax; crash++) {
    daemon.crash();
    await isBack(crash);
  }
  expect(started).toBe(restartsMax);
  daemon.crash();
  const before = attempts;
  const hasTried = async () => (await chat.terminal.screen()).endsWith(">") && attempts > before;
  await until(async () => ((await hasTried()) ? true : undefined));
  await chat.shows(/\(no daemon\) >$/);
  expect(started).toBe(restartsMax);
  chat.terminal.type("hello\r");
  await isBack(restartsMax + 1);
  expect(started).toBe(restartsMax + 1);
  await chat.shows("> hello");
  chat.terminal.type("\u0003");
  await leave(chat);
});

test("a daemon that was stopped stays stopped: the chat ends, and what was typed is a draft", async () => {
  const { daemon } = withEce();
  const chat = scene(daemon);
  await chat.shows("to Ece");
  chat.terminal.type("half typed");
  await chat.shows("half typed");
  daemon.stop();
  expect(await chat.done).toBe(0);
  expect(await chat.terminal.screen()).toContain("The daemon was stopped");
  expect([...daemon.conversations.values()][0]?.draft).toBe("half typed");
  expect(daemon.connect()).toBeUndefined();
});

test("what was typed to nobody yet is shown when the daemon is stopped, since it can be no draft", async () => {
  const daemon = new FakeDaemon();
  const chat = scene(daemon);
  await chat.shows("online");
  chat.terminal.type("half typed");
  await chat.shows("> half typed");
  daemon.stop();
  expect(await chat.done).toBe(0);
  expect(await chat.terminal.screen()).toContain("You were typing: half typed");
});

test("a passphrase that a new daemon needs is asked for and not shown", async () => {
  const { daemon } = withEce();
  const given: (string | undefined)[] = [];
  const startDaemon = (_where: unknown, passphrase: string | undefined) => {
    given.push(passphrase);
    if (passphrase !== "correct horse")
      return Promise.reject(new KithError("passphrase-needed", { file: "f" }));
    daemon.start();
    return Promise.resolve();
  };
  const chat = scene(daemon, testTerminal(), { parts: { startDaemon } });
  await chat.shows("to Ece");
  daemon.crash();
  await chat.shows("✗");
  chat.terminal.type("hello\r");
  await chat.shows("Passphrase:");
  chat.terminal.type("correct horse\r");
  await chat.shows("The daemon is back");
  expect(given).toEqual([undefined, undefined, "correct horse"]);
  expect(chat.terminal.written()).not.toContain("correct");
  await chat.shows("> hello");
  chat.terminal.type("\u0003");
  await leave(chat);
});

test("a draft is there again after a restart, and gone after it was sent", async () => {
  const { daemon } = withEce();
  const first = scene(daemon);
  await first.shows("to Ece");
  first.terminal.type("unfinished\u0001");
  await first.shows("unfinished");
  first.terminal.type("\u0005");
  first.terminal.around.stdin.emit("end");
  await first.done;
  const second = scene(daemon);
  await second.shows("> unfinished");
  second.terminal.type("\r");
  await until(() => daemon.messages[0]);
  await leave(second);
  expect([...daemon.conversations.values()][0]?.draft).toBe("");
});

test("what is sent again because its answer was lost is one message, and the same words later another", async () => {
  const { daemon } = withEce();
  const chat = scene(daemon);
  await chat.shows("to Ece");
  daemon.loseAnswer("messages.send");
  chat.terminal.type("hello\r");
  await chat.shows(/The daemon is back[^]*> hello$/);
  chat.terminal.type("\r");
  await until(() =>
    daemon.calls.filter(({ method }) => method === "messages.send").length === 2 ? true : undefined,
  );
  await chat.shows(/encrypted> *$/);
  expect(daemon.messages).toHaveLength(1);
  chat.terminal.type("hello\r");
  await until(() => daemon.messages[1]);
  await leave(chat);
});
