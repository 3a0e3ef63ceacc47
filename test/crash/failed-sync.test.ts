/** A disk that keeps what it has reported as failed: the daemon ends rather than go on from what is no longer so. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { foldersOf } from "../../src/daemon/folders.ts";
import { DaemonWorld, online, textsWith } from "../integration/daemon-world.ts";
import { buildRecorder } from "./recorder.ts";
import { tell } from "./rounds.ts";

const kith = fileURLToPath(new URL("../../src/bin/kith.ts", import.meta.url));

let world: DaemonWorld;
let library: string | undefined;

beforeEach(async () => {
  world = await DaemonWorld.make();
  library = buildRecorder(world.folder);
});

afterEach(() => world.end());

test("a daemon whose disk kept a failed commit ends with code 1, says why, and starts again soundly", async ({
  skip,
}) => {
  if (library === undefined) {
    tell("A failing disk is not tried: there is no C compiler to build it with.");
    skip();
  }
  const [alice, bob] = [world.peer("alice"), world.peer("bob")];
  await world.start(alice);
  const failing = join(world.folder, "failing");
  const sets = [`profile.name=bob`, `lan.address=${bob.address}`, `lan.targets=${bob.targets.join(",")}`];
  const child = spawn(
    process.execPath,
    [kith, "daemon", "--json", "--home", bob.home, ...sets.flatMap((set) => ["--set", set])],
    {
      env: { ...process.env, LD_PRELOAD: library, RECORD_FOLDER: bob.home, FAILING_SYNC: failing },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  world.atEnd(() => child.kill("SIGKILL"));
  const ended = once(child, "exit");
  await once(createInterface({ input: child.stdout }), "line");
  const client = await world.connect(bob);
  await online(client, "alice");
  const say = (text: string): Promise<unknown> =>
    client.call("messages.send", { to: { who: "alice" }, text });
  await say("before");

  writeFileSync(failing, "");
  await expect(say("while the disk fails")).rejects.toMatchObject({ code: "store-failed" });
  expect(await ended).toEqual([1, null]);
  expect(readFileSync(foldersOf({ home: bob.home }, {}).logFile, "utf8")).toContain("reported as failed");

  rmSync(failing);
  const again = await world.start(bob);
  expect(await textsWith(again.client, "alice")).toContain("before");
});
