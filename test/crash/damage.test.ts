/** Damaged files of a profile: its daemon starts, or is refused with what to do; it never hangs and never breaks. */
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { KithError } from "../../src/base/errors.ts";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import type { Random } from "../../src/base/random.ts";
import { DaemonWorld, delivered, kill, online, stop } from "../integration/daemon-world.ts";
import type { Peer, Running } from "../integration/daemon-world.ts";
import { rounds, tell } from "./rounds.ts";

const files = ["kith.db", "kith.db-wal", "chat-log.txt", "config.toml"] as const;
const damages = rounds({ usual: 20, long: 300 });
const startMsMax = 2_000;
/** Refusals that say what a person can do about a damaged file. */
const helpful = [
  "store-damaged",
  "passphrase-needed",
  "config-unreadable",
  "config-unknown-key",
  "config-bad-value",
  "keys-unreadable",
];

let world: DaemonWorld;

beforeEach(async () => {
  world = await DaemonWorld.make();
});

afterEach(() => world.end());

test(
  `${damages} times a damaged file: a start that works, or a refusal that says what to do, and the same again`,
  { timeout: damages * 10_000 },
  async () => {
    const sound = await profile();
    const dice = seededRandom(5);
    const outcomes = new Map<string, number>();
    let startMs = 0;
    for (let n = 0; n < damages; n++) {
      const file = files[n % files.length] ?? "kith.db";
      const peer = { ...sound, home: join(world.folder, "damaged") };
      cpSync(sound.home, peer.home, { recursive: true });
      const path = join(peer.home, file);
      writeFileSync(path, damaged(readFileSync(path), dice));
      const begun = performance.now();
      const outcome = await used(peer);
      startMs = Math.max(startMs, performance.now() - begun);
      expect(["works", ...helpful], `${file}, damage ${n}`).toContain(outcome);
      // No crash loop: what started once starts again, what was refused is refused for the same reason.
      expect(await used(peer), `${file}, damage ${n}, the second time`).toBe(outcome);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      rmSync(peer.home, { recursive: true });
    }
    const told = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`);
    tell(`damaged files: ${damages}`, ...told, `started, read and ended within ${Math.round(startMs)} ms`);
    expect(startMs).toBeLessThan(startMsMax);
  },
);

/** As a killed daemon left it: some of the history is in the log of the database only. */
async function profile(): Promise<Peer> {
  const [alice, bob] = [world.peer("alice"), world.peer("bob")];
  const other = await world.start(alice);
  const { client, pid } = await world.spawn(bob);
  await online(client, "alice");
  for (let n = 0; n < 20; n++)
    await delivered(client, await client.call("messages.send", { to: { who: "alice" }, text: `text ${n}` }));
  kill(pid);
  await client.closed;
  await stop(other.daemon);
  writeFileSync(join(bob.home, "config.toml"), 'networks.autoconnect = ["lan"]\n[log]\nlevel = "info"\n');
  return bob;
}

/** "works", or the code with which the start was refused or the daemon ended. */
async function used(peer: Peer): Promise<string> {
  let running: Running | undefined;
  try {
    running = await world.start(peer);
    const { conversations } = await running.client.call("conversations.list", {});
    for (const { id } of conversations) await running.client.call("messages.page", { conversation: id });
    await running.client.call("messages.search", { text: "text" });
    await running.client.call("profile.set", { availability: "busy" });
    running.daemon.stop();
    await running.daemon.ended;
    return "works";
  } catch (error) {
    if (!(error instanceof KithError)) throw error;
    return error.code; // acted on: the caller judges it
  } finally {
    if (running !== undefined) await stop(running.daemon);
  }
}

/** Cut short, a page of nothing, a page of noise, or bits that have turned. */
function damaged(sound: Buffer, dice: Random): Buffer {
  const bytes = Buffer.from(sound);
  const at = wholeBetween(dice, 0, Math.max(0, bytes.length - 1));
  const kind = wholeBetween(dice, 0, 3);
  if (kind === 0) return bytes.subarray(0, at);
  const end = Math.min(bytes.length, at + 4_096);
  if (kind === 1) return bytes.fill(0, at & ~4_095, end);
  if (kind === 2) return bytes.fill(dice.bytes(64), at, end);
  for (let n = 0; n < 30; n++) {
    const place = wholeBetween(dice, 0, bytes.length - 1);
    bytes[place] = (bytes[place] ?? 0) ^ (1 << wholeBetween(dice, 0, 7));
  }
  return bytes;
}
