/** A damaged history is salvaged only by somebody's will, and what was lost is said. */
import { expect, test } from "vitest";
import { FakeDaemon } from "../testing/daemon.ts";
import { run } from "../testing/surroundings.ts";

const salvaged = {
  file: "/home/alice/kith.db",
  aside: "/home/alice/kith.db.damaged-2031",
  saved: { messages: 12, conversations: 3, people: 2, seen: 4 },
  incomplete: ["messages", "seen", "seen_lately"],
};

function parts(calls: unknown[]) {
  const salvage = (where: unknown) => {
    calls.push(where);
    return Promise.resolve(salvaged);
  };
  return { ...new FakeDaemon().parts(), salvage };
}

test("where nobody can be asked, nothing is done without --yes", async () => {
  const calls: unknown[] = [];
  expect(await run(parts(calls), ["salvage"])).toMatchObject({ code: 2, out: "" });
  expect(calls).toEqual([]);
});

test("it says what was saved, what was lost and where the damaged file is", async () => {
  const { code, out } = await run(parts([]), ["salvage", "--yes"]);
  expect(code).toBe(0);
  for (const part of ["12 messages, 3 conversations and 2 people", salvaged.file, salvaged.aside])
    expect(out).toContain(part);
  expect(out).toContain("lost of: messages, what was received before.");
});

test("with --json it is one value", async () => {
  expect(JSON.parse((await run(parts([]), ["salvage", "--yes", "--json"])).out)).toEqual(salvaged);
});
