/** `kith serve rooms` says what happens as it is wanted, and hands on what it was asked for. */
import { expect, test } from "vitest";
import type { Parts, ServeRoomsOptions, ServerLine } from "../parts.ts";
import { runProgram } from "../program.ts";
import { FakeDaemon } from "../testing/daemon.ts";
import { run, testProcess, type Ran } from "../testing/surroundings.ts";

const happenings: readonly ServerLine[] = [
  { event: "ready", address: "0.0.0.0", port: 32_340, pid: 7 },
  { event: "joined", room: "den", user: "alice", ip: "127.0.0.1", port: 5001, from: "127.0.0.1" },
  { event: "left", room: "den", user: "alice", ip: "127.0.0.1", port: 5001, why: "silent" },
  { event: "refused", request: "join", why: "not-the-source", from: "127.0.0.66" },
  { event: "dropped", why: "incomplete", from: "127.0.0.66" },
  { event: "untold", count: 3 },
];

/** A server to which all of that happens until it is interrupted. */
async function serve(
  ...argv: readonly string[]
): Promise<Ran & { readonly asked: ServeRoomsOptions["settings"] }> {
  const process = testProcess();
  const asked: ServeRoomsOptions[] = [];
  const parts: Parts = {
    ...new FakeDaemon().parts(),
    serveRooms(options) {
      asked.push(options);
      happenings.forEach(options.report);
      return new Promise((resolve) => {
        options.until.addEventListener("abort", () => {
          options.report({ event: "ended", joined: 1 });
          resolve();
        });
      });
    },
  };
  const ended = runProgram(["serve", "rooms", ...argv], parts, process.around);
  await expect.poll(() => asked.length).toBe(1);
  process.interrupt();
  const code = await ended;
  await new Promise(setImmediate);
  const [options] = asked;
  if (options === undefined) throw new Error("it was not asked");
  return { code, out: process.out(), err: process.err(), asked: options.settings };
}

test("it says where it listens, and that it has ended, and keeps the rest to itself", async () => {
  const { code, out, asked } = await serve();
  expect(code).toBe(0);
  expect(asked).toEqual({ address: "0.0.0.0", trustAddresses: false });
  expect(out).toBe(
    "Room server at 0.0.0.0, port 32340. Ctrl+C ends it.\nThe server has ended, every connection is closed.\n",
  );
});

test("with --verbose it says what happens", async () => {
  const { out } = await serve("--verbose");
  expect(out.split("\n").slice(1, -2)).toEqual([
    "alice (127.0.0.1:5001) joined den",
    "alice (127.0.0.1:5001) left den: not heard from",
    "refused 127.0.0.66 (join): another address than the one it connects from",
    "broke off 127.0.0.66: a request that never ended",
    "3 more, too many to be told one by one",
  ]);
});

test("with --json each event is a line, the last one with what was counted", async () => {
  const { out } = await serve("--json");
  const lines = out
    .trimEnd()
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  expect(lines).toEqual([...happenings, { event: "ended", joined: 1 }]);
});

test("what is made less strict is handed on and said", async () => {
  const { out, asked } = await serve(
    ...["--port", "0", "--address", "127.0.0.1", "--per-address", "500", "--connections", "20000"],
    "--trust-addresses",
  );
  expect(asked).toEqual({
    address: "127.0.0.1",
    port: 0,
    trustAddresses: true,
    perAddressMax: 500,
    connectionsMax: 20_000,
  });
  expect(out).toContain("Up to 500 connections from one address are taken.\n");
  expect(out).toContain("anyone can enrol anyone");
});

test.each([
  [["--port", "65536"], "--port takes 0 to 65535, not 65536"],
  [["--port", "http"], "--port takes a number, not http"],
  [["--per-address", "0"], "--per-address takes 1 to 65535, not 0"],
  [["--per-address", "many"], "--per-address takes a number, not many"],
])("%j is wrong usage", async (argv, said) => {
  const { code, err } = await run(new FakeDaemon().parts(), ["serve", "rooms", ...argv]);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(said) as string });
});

test("where it cannot listen it says why, and fails", async () => {
  const { code, err } = await run(new FakeDaemon().parts(), ["serve", "rooms", "--port", "80"]);
  expect(code).toBe(1);
  expect(err).toContain("Nobody can be served at 0.0.0.0, port 80: no");
});
