/** A process of its own for the tests: fills a store and says what was committed, until it is ended or the disk fails. */
import { execFileSync } from "node:child_process";
import { writeSync } from "node:fs";
import { dirname } from "node:path";
import { KithError } from "../../../src/base/errors.ts";
import type { ConversationId, MessageId } from "../../../src/base/ids.ts";
import type { Store } from "../../../src/core/ports/store.ts";
import { openSqliteStore } from "../../../src/store/sqlite/sqlite-store.ts";

const [, , mode, file = "", user] = process.argv;
if (user !== undefined) process.setuid?.(Number(user));

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

/** Of the disk, where one was mounted for the test; else of a single file, which is a failure to write. */
function leaveRoom(bytes: number): void {
  if (mode === "until-disk-full") execFileSync("mount", ["-o", `remount,size=${bytes}`, dirname(file)]);
  else execFileSync("prlimit", ["--pid", String(process.pid), `--fsize=${bytes}:unlimited`]);
}

function add(store: Store, text: string): void {
  store.transaction(() => {
    for (let row = 0; row < 5; row++) {
      const id = String(store.messages.lastNumber()).padEnd(22, "_") as MessageId;
      const body = { kind: "text" as const, text };
      const rest = {
        mine: false,
        sentAt: 1,
        arrivedAt: 1,
        secrecy: "link" as const,
        reactions: [],
        deleted: false,
      };
      store.savepoint(() => store.messages.add({ id, conversation: 1 as ConversationId, body, ...rest }));
    }
  });
}

/** Says the last number of each transaction, once it is committed. */
function writeForEver(): never {
  const store = openSqliteStore({ file });
  for (;;) {
    add(store, "written to be killed");
    say(String(store.messages.lastNumber()));
    if (store.messages.lastNumber() % 100 === 0) store.search.index(100);
  }
}

/** Writes until the file may grow no more, twice; then lifts the limit and goes on. */
function writeUntilFull(): void {
  const store = openSqliteStore({ file });
  add(store, "before");
  leaveRoom(400_000);
  const codes = [fillUp(store), fillUp(store)];
  const kept = store.messages.lastNumber();
  leaveRoom(40_000_000);
  add(store, "after");
  say(JSON.stringify({ codes, kept, last: store.messages.lastNumber() }));
  store.close();
}

function fillUp(store: Store): string {
  try {
    for (;;) add(store, "x".repeat(5_000));
  } catch (error) {
    if (error instanceof KithError) return error.code; // acted on: the test asks for it
    throw error;
  }
}

function open(): void {
  try {
    openSqliteStore({ file }).close();
    say("opened");
  } catch (error) {
    if (!(error instanceof KithError)) throw error;
    say(error.code); // acted on: the test asks for it
  }
}

if (mode === "for-ever") writeForEver();
else if (mode === "until-disk-full" || mode === "until-file-full") writeUntilFull();
else open();
