/** Disks of many sizes that fill up: what does not fit is refused, what was acknowledged stays, and it goes on. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KithError } from "../../src/base/errors.ts";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import type { Client } from "../../src/api/client.ts";
import { DaemonWorld, online, stop, textsWith, until } from "../integration/daemon-world.ts";
import type { Peer, Running } from "../integration/daemon-world.ts";
import { rounds, tell } from "./rounds.ts";

const kib = 1_024;
const sizesKib = { least: 64, most: 3_000 };
const enoughKib = 16_000;
/** Some of them more than one page, so that the disk is full in the middle of a commit. */
const textLengthMax = 12_000;
/** As many as fill the largest disk twice. */
const textsMax = 1_000;
/** Refusals that are waited for, the disk being full. */
const refusals = 3;

const isRoot = process.getuid?.() === 0;
const sizes = rounds({ usual: 6, long: 60 });

let world: DaemonWorld;

beforeEach(async () => {
  world = await DaemonWorld.make();
});

afterEach(() => world.end());

test.skipIf(!isRoot)(
  `disks of ${sizes} sizes: refused is what does not fit, lost is nothing, and all goes on when there is room`,
  { timeout: sizes * 20_000 },
  async () => {
    const dice = seededRandom(4);
    const { client: alice } = await world.start(world.peer("alice"));
    const place = world.peer("bob");
    const counted = { refusedStarts: 0, acknowledged: 0, refused: 0 };
    for (let n = 0; n < sizes; n++) {
      const name = `bob-${n}`;
      const home = join(world.folder, name);
      const size = wholeBetween(dice, sizesKib.least, sizesKib.most) & ~3;
      mountDisk(home, size);
      const peer: Peer = { ...place, home };
      const bob = await startOnAFullDisk(peer, () => counted.refusedStarts++);
      await online(bob.client, "alice");
      const held = await fill(bob.client, (length) => "x".repeat(wholeBetween(dice, 1, length)));
      counted.refused += held.refused;
      resize(home, enoughKib);
      await bob.client.call("messages.send", { to: { who: "alice" }, text: "there is room again" });
      const said = [...held.texts, "there is room again"];
      counted.acknowledged += said.length;
      await until(alice, async () =>
        (await textsWith(alice, name)).length >= Math.min(500, said.length) ? true : undefined,
      );
      await stop(bob.daemon);
      const again = await world.start(peer);
      const kept = await textsWith(again.client, "alice");
      expect(kept.toSorted(), `${size} KiB`).toEqual(said.toSorted());
      await stop(again.daemon);
    }
    tell(
      `full disks: ${sizes} sizes, ${counted.refusedStarts} too small to start on`,
      `${counted.acknowledged} messages acknowledged, ${counted.refused} refused`,
    );
    expect(counted.refused).toBeGreaterThan(0);
  },
);

/** Where there is no room even for that, it says so, and starts when there is. */
async function startOnAFullDisk(peer: Peer, refused: () => void): Promise<Running> {
  try {
    return await world.start(peer);
  } catch (error) {
    expect(error).toMatchObject({ code: "disk-full" });
    refused();
    resize(peer.home, sizesKib.most);
    return world.start(peer);
  }
}

/** What was acknowledged until the disk was full. */
async function fill(
  client: Client,
  padding: (lengthMax: number) => string,
): Promise<{ readonly texts: readonly string[]; readonly refused: number }> {
  const texts: string[] = [];
  let refused = 0;
  for (let n = 0; n < textsMax && refused < refusals; n++) {
    const text = `${n} ${padding(textLengthMax)}`;
    try {
      await client.call("messages.send", { to: { who: "alice" }, text });
      texts.push(text);
    } catch (error) {
      if (!(error instanceof KithError)) throw error;
      expect(error.code).toBe("disk-full"); // acted on: this one is not expected to be there
      refused++;
    }
  }
  return { texts, refused };
}

function mountDisk(folder: string, sizeKib: number): void {
  mkdirSync(folder);
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeKib * kib}`, "tmpfs", folder]);
  world.atEnd(() => execFileSync("umount", ["-l", folder]));
}

function resize(folder: string, sizeKib: number): void {
  execFileSync("mount", ["-o", `remount,size=${sizeKib * kib}`, folder]);
}
