/** Two hundred texts that steer terminals, in every place where a text from elsewhere is shown. */
import { describe, expect, test } from "vitest";
import { KithError } from "../../base/errors.ts";
import { runProgram } from "./program.ts";
import type { ConversationId } from "../../base/ids.ts";
import { FakeDaemon } from "./testing/daemon.ts";
import { lobbyRecord, roomsRecord } from "./testing/rooms.ts";
import { run } from "./testing/surroundings.ts";
import { testTerminal, until } from "./testing/terminal.ts";

const esc = "\u001b";
const introducers = [
  `${esc}[`,
  "\u009b",
  `${esc}]`,
  "\u009d",
  `${esc}P`,
  "\u0090",
  `${esc}_`,
  "\u009f",
  `${esc}^`,
  esc,
];
const commands = [
  "2J",
  "31m",
  "10;10H",
  "?1049h",
  "?25l",
  "6n",
  "0;owned\u0007",
  "52;c;aGVsbG8=\u0007",
  "8;;http://evil.example\u0007click",
  `2;title${esc}\\`,
  "+q544e",
  "c",
  "#8",
  "1;1r",
  "4h",
];
const others = [
  "\rover",
  "a\b\b\bgone",
  "\u0007",
  "\u000e\u000f",
  "\u0000nul",
  "\u007f",
  "\u0085next",
  "\u2028line\u2029",
  "\u202egnp.exe",
  "\u2066isolate",
  "\u200bzero\u2060width\ufeff",
  "\u{e0041}\u{e0042}\u{e007f}",
  `z${"\u0301\u0327\u0489".repeat(300)}algo`,
  "\ud800",
  "\uffff\u{10ffff}",
  "\u115f\u1160\u3164\uffa0",
  "\t\t\t",
  "\n\n\n",
  "\u{1f468}\u200d\u{1f469}\u200d\u{1f467}",
  "\ufff9anno\ufffatation\ufffb",
  "x".repeat(5_000),
  "漢".repeat(500),
];
const wrapped = introducers.flatMap((introducer) => commands.map((command) => `a${introducer}${command}b`));
const payloads = [
  ...wrapped,
  ...others,
  ...others.map((other) => `${esc}[31m${other}`),
  ...others.map((other) => `*${other}*`),
];

/** What only our own renderer writes: colours; for the chat also moving over the input, its frame and pasting. */
const ours = new RegExp(`\\r(?=[${esc}\n])|${esc}\\[(?:[0-9;]*[mAC]|J|\\?2026[hl]|\\?2004[hl])`, "g");
const steering = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;

function expectHarmless(written: string): void {
  expect(written.replaceAll(ours, "").replaceAll("\n", "")).not.toMatch(steering);
}

function daemonSaying(payload: string): FakeDaemon {
  const daemon = new FakeDaemon();
  const mallory = daemon.addPerson(`M${payload}`, { trust: "changed", online: false });
  const [contact] = mallory.contacts;
  if (contact === undefined) throw new Error("mallory has no contact");
  daemon.people.set(mallory.id, {
    ...mallory,
    contacts: [{ ...contact, name: payload, address: payload, fingerprint: payload }],
  });
  daemon.profile = { ...daemon.profile, name: payload, home: payload };
  daemon.network = {
    ...daemon.network,
    health: "down",
    why: { code: payload, details: { [payload]: payload } },
  };
  daemon.hear(mallory, payload);
  daemon.hear(mallory, payload, { body: { kind: "action", text: payload } });
  daemon.hear(mallory, payload, { body: { kind: "file", name: payload, bytes: 1, transfer: "t" } });
  daemon.hear(mallory, payload, { body: { kind: "unknown", what: payload } });
  daemon.hear(mallory, "", {
    body: { kind: "system", notice: { code: "renamed", from: payload, to: payload } },
  });
  daemon.hear(mallory, "", {
    reactions: [{ sign: payload }],
    body: { kind: "text", text: `\`${payload}\`` },
  });
  daemon.answers["system.doctor"] = () => ({
    checks: [{ code: "x", state: "bad", says: payload, mend: payload }],
    networks: [],
  });
  daemon.answers["messages.search"] = () => ({ messages: daemon.messages });
  daemon.answers["settings.get"] = () => ({ settings: [{ key: payload, value: payload, from: "file" }] });
  const lobby = { ...lobbyRecord(9 as ConversationId), title: payload, room: payload };
  daemon.conversations.set(lobby.id, lobby);
  daemon.hear(mallory, "", { body: { kind: "poke" } }, lobby);
  daemon.notice(lobby, { code: "wrong-room", name: payload, room: payload });
  const room = { network: roomsRecord.name, room: payload };
  const member = { name: payload, label: payload, address: payload, me: false, link: "forward" as const };
  daemon.answers["rooms.list"] = () => ({ ...room, rooms: [{ room: payload, joined: true }] });
  daemon.answers["rooms.members"] = () => ({
    ...room,
    connected: true,
    members: [{ ...member, identity: payload }, member],
    counters: { [payload]: 1 },
  });
  daemon.answers["rooms.poke"] = () => {
    throw new KithError("poke-whom", { members: payload });
  };
  daemon.answers["people.rename"] = () => {
    throw new KithError("no-such-person", { name: payload });
  };
  return daemon;
}

const reading = [
  ["people"],
  ["conversations"],
  ["history", "1"],
  ["search", "x"],
  ["why", "1"],
  ["status"],
  ["doctor"],
  ["config"],
  ["nick"],
  ["network", "list"],
  ["rooms", "list"],
  ["rooms", "members"],
  ["rooms", "poke"],
  ["people", "rename", "1", "x"],
];

test("there are two hundred of them", () => {
  expect(payloads.length).toBeGreaterThanOrEqual(200);
});

describe("no text from elsewhere steers the terminal", () => {
  test.each(reading.map((argv) => [argv.join(" "), argv] as const))("kith %s", async (_, argv) => {
    for (const payload of payloads) {
      const terminal = testTerminal();
      await runProgram(argv, daemonSaying(payload).parts(), terminal.around);
      expectHarmless(terminal.written());
    }
  });

  test.each(reading.map((argv) => [argv.join(" "), argv] as const))("kith %s --json", async (_, argv) => {
    for (const payload of payloads) {
      const { out, err } = await run(daemonSaying(payload).parts(), [...argv, "--json"]);
      expect((out + err).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect((): unknown => JSON.parse(out + err)).not.toThrow();
    }
  });

  test("the chat and what comes in while it runs", async () => {
    for (const payload of payloads) {
      const daemon = daemonSaying(payload);
      const terminal = testTerminal();
      const happened: string[] = [];
      terminal.emulator.onTitleChange((title) => happened.push(`title ${title}`));
      terminal.emulator.onBell(() => happened.push("bell"));
      terminal.emulator.parser.registerOscHandler(52, () => happened.push("clipboard") > 0);
      terminal.emulator.buffer.onBufferChange(() => happened.push("other screen"));
      const done = runProgram([], daemon.parts(), terminal.around);
      await until(async () => ((await terminal.screen()).endsWith(">") ? true : undefined));
      const [mallory] = [...daemon.people.values()];
      if (mallory === undefined) throw new Error("mallory is gone");
      daemon.change(mallory, { online: true });
      daemon.hear(mallory, `${payload}end of it`);
      terminal.type("/members\r/links\r/rooms\r");
      terminal.type("typed");
      let screen = "";
      await until(
        async () => ((screen = await terminal.screen()).endsWith("typed") ? true : undefined),
        () => `${JSON.stringify(payload)} leaves\n${screen}`,
      );
      terminal.type("\u0003\u0003");
      await done;
      expect(happened).toEqual([]);
      expectHarmless(terminal.written());
    }
  }, 60_000);
});
