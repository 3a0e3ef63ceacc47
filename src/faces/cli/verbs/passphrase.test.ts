/** The passphrase of a profile is asked for twice, never printed, and nothing changes by mistake. */
import { expect, test } from "vitest";
import { KithError } from "../../../base/errors.ts";
import type { PassphraseChange, Parts } from "../parts.ts";
import { runProgram } from "../program.ts";
import { FakeDaemon } from "../testing/daemon.ts";
import { run, testProcess } from "../testing/surroundings.ts";

/** A profile that `present` opens. */
function profile(present?: string) {
  const state = { passphrase: present, deleted: false };
  const changePassphrase = async (_where: unknown, change: PassphraseChange) => {
    if (change.present !== state.passphrase)
      throw new KithError(change.present === undefined ? "passphrase-needed" : "passphrase-wrong");
    state.passphrase = await change.next();
    state.deleted = await change.mayDelete(["/home/alice/chat-log.txt"]);
    const files = ["/home/alice/chat-log.txt"];
    const [deleted, left] = state.deleted ? [files, []] : [[], files];
    return { home: "/home/alice", encrypted: state.passphrase !== undefined, deleted, left };
  };
  return { state, parts: { ...new FakeDaemon().parts(), changePassphrase } satisfies Parts };
}

/** Answers each question on a terminal; what was shown there. */
async function onTerminal(parts: Parts, words: readonly string[], answers: Readonly<Record<string, string>>) {
  const process = testProcess();
  const stdin = Object.assign(process.stdin, { isTTY: true });
  const stderr = Object.assign(process.around.stderr, { isTTY: true });
  stderr.on("data", (text: string) => {
    for (const [question, answer] of Object.entries(answers))
      if (text.includes(question)) setImmediate(() => stdin.write(`${answer}\r`));
  });
  const code = await runProgram(words, parts, { ...process.around, stdin, stderr });
  return { code, out: process.out(), err: process.err() };
}

test("on a terminal the new passphrase is asked for twice and not shown, and the plain chat log may go", async () => {
  const { state, parts } = profile("old words");
  const { code, out, err } = await onTerminal(parts, ["passphrase"], {
    "Passphrase: ": "old words",
    "New passphrase: ": "new words",
    "The same again: ": "new words",
    "Delete that too?": "y",
  });
  expect({ code, state }).toEqual({ code: 0, state: { passphrase: "new words", deleted: true } });
  expect(out + err).not.toContain("words");
});

test("two passphrases that differ change nothing", async () => {
  const { state, parts } = profile();
  const answers = { "New passphrase: ": "one", "The same again: ": "two" };
  const { code, err } = await onTerminal(parts, ["passphrase"], answers);
  expect({ code, state }).toEqual({ code: 1, state: { passphrase: undefined, deleted: false } });
  expect(err).toContain("not the same");
});

test("without a terminal the new one comes from a file, or the old one is to be removed", async () => {
  const { state, parts } = profile();
  expect(await run(parts, ["passphrase"])).toMatchObject({ code: 2 });
  const both = ["passphrase", "--remove", "--new-passphrase-file", "-"];
  expect(await run(parts, both, "words\n")).toMatchObject({ code: 2 });
  const set = await run(parts, ["passphrase", "--new-passphrase-file", "-"], "words\nignored");
  expect(set).toMatchObject({ code: 0, out: expect.stringContaining("can still be read") as string });
  expect(state).toEqual({ passphrase: "words", deleted: false });
  const twice = ["passphrase", "--passphrase-file", "-", "--new-passphrase-file", "-"];
  expect(await run(parts, twice, "words\n")).toMatchObject({ code: 2 });
  expect(await run(parts, ["passphrase", "--remove", "--passphrase-file", "-"], "words\n")).toMatchObject({
    code: 0,
  });
  expect(state.passphrase).toBeUndefined();
});
