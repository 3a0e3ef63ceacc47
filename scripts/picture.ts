/** `npm run picture`: plays short scenes between real programs on hosts of their own, and draws what one of them sees. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classicPerson, Person } from "../test/e2e/person.ts";
import type { Screen } from "../test/e2e/screen.ts";
import { NamespaceLab, namespacesAvailable } from "../test/integration/namespaces/harness.ts";
import { terminalSvg, type Cell } from "./picture/terminal-svg.ts";
import { thisCheckout } from "./setup/checkout.mjs";

interface Picture {
  readonly file: string;
  readonly label: string;
  /** The screen when all has been said. */
  readonly play: (lab: NamespaceLab, folder: string) => Promise<Screen>;
}

const pictures: readonly Picture[] = [
  {
    file: "chat.svg",
    label:
      "A chat in a terminal: encrypted messages with ticks, a namesake with another key, and a message that waits",
    play: chat,
  },
  {
    file: "room.svg",
    label: "A room in a terminal: who is in it, what is said, a poke, and the links",
    play: room,
  },
];

const noHosts = namespacesAvailable();
if (noHosts === undefined) for (const picture of pictures) await draw(picture);
else {
  console.error(`The pictures cannot be made here: ${noHosts}`);
  process.exitCode = 1;
}

async function draw({ file, label, play }: Picture): Promise<void> {
  const target = join(thisCheckout.root, "docs/pictures", file);
  const folder = mkdtempSync(join(tmpdir(), "kith-picture-"));
  const lab = new NamespaceLab();
  try {
    const screen = await play(lab, folder);
    mkdirSync(join(target, ".."), { recursive: true });
    const svg = terminalSvg({ columns: screen.emulator.cols, rows: cellsOf(screen) }, label);
    writeFileSync(target, atAFixedTime(svg));
    console.log(target);
    screen.end();
  } finally {
    lab.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function chat(lab: NamespaceLab, folder: string): Promise<Screen> {
  const [host, ece, bob] = [lab.host("alice"), lab.host("ece"), lab.host("bob")];
  const alice = new Person(host, folder);
  const [friend, absent] = [new Person(ece, folder), new Person(bob, folder)];
  await alice.run("nick", "Alice");
  await absent.run("nick", "Bob");
  await met(alice, "Bob");
  await absent.run("stop");
  const screen = alice.screen({ columns: 100, rows: 28 });
  await screen.shows("online");
  await friend.run("nick", "Ece", "--set", "profile.name=Ece");
  await screen.shows("Ece is online");
  const other = friend.screen();
  await other.shows(/1 online|Alice is online/); // who was there before is counted, not named
  await talk(screen, other);
  await screen.shows("It is six already");
  await new Person(lab.host("namesake"), folder).run("nick", "Ece", "--set", "profile.name=Ece");
  await screen.shows("is not the Ece you know");
  classicPerson(lab.host("kaan"), "Kaan", host);
  await screen.shows("Kaan is online");
  screen.enter("/msg Kaan do you get this?");
  await screen.shows("send it? y/n");
  screen.enter("y");
  await screen.shows("do you get this?  ✓ sent");
  screen.enter("/msg Bob see you at the lighthouse");
  await screen.shows("lighthouse  … waiting");
  screen.enter(`/why ${await newestNumber(alice, "Bob")}`);
  await screen.shows("gives it up.");
  screen.type("on my way now");
  await screen.shows(/> on my way now$/);
  return screen;
}

async function room(lab: NamespaceLab, folder: string): Promise<Screen> {
  const server = new Person(lab.host("server"), folder);
  const begun = server.stream("serve", "rooms", "--json");
  await once(begun.lines ?? process.stdin, "data");
  const [alice, ece, kaan] = [await guest("Alice"), await guest("Ece"), await guest("Kaan")];
  for (const other of [ece, kaan]) await other.run("rooms", "join", "lobby");
  const screen = alice.screen({ columns: 100, rows: 24 });
  await screen.shows("connected");
  screen.enter("/rooms");
  await screen.shows("#lobby");
  screen.enter("/join lobby");
  await screen.shows("somebody is linked to you");
  await ece.run("send", "#lobby", "who brings the *lamp* tonight?");
  await screen.shows("tonight?");
  screen.enter("I do, and the spare one");
  await screen.shows("spare one  ✓ sent");
  await seen(kaan, "Alice");
  await kaan.run("rooms", "poke", "Alice");
  await screen.shows("pokes you");
  screen.enter("/poke Kaan");
  await screen.shows("has answered the poke");
  await kaan.run("send", "#lobby", "just looking whether you are awake");
  await screen.shows("awake");
  screen.enter("/links");
  await screen.shows("passed on");
  screen.type("wide awake");
  await screen.shows(/> wide awake$/);
  return screen;

  async function guest(name: string): Promise<Person> {
    const person = new Person(lab.host(name.toLowerCase()), folder);
    await person.run("nick", name, "--set", "networks.autoconnect=");
    await person.run("network", "connect", "rooms", `server=${server.host.address}`, "port=5001");
    return person;
  }
}

/** Members learn of a newcomer when they are spoken to, or with the next list: at the latest after twenty seconds. */
async function seen(person: Person, newcomer: string): Promise<void> {
  const until = Date.now() + 30_000;
  while (!(await person.run("rooms", "members")).out.includes(newcomer))
    if (Date.now() > until) throw new Error(`${newcomer} was not seen`);
}

/** What Alice would read off the list. */
async function newestNumber(person: Person, who: string): Promise<number> {
  const { out } = await person.run("history", who, "--limit", "1");
  const [, number] = /^(\d+) /m.exec(out) ?? [];
  return Number(number);
}

async function met(person: Person, name: string): Promise<void> {
  const screen = person.screen();
  await screen.shows(name);
  screen.type("\u0003\u0003");
  await screen.exit;
}

async function talk(screen: Screen, other: Screen): Promise<void> {
  screen.enter("/msg Ece are you coming to the *lighthouse*?");
  await screen.shows("lighthouse?  ✓✓ delivered");
  await other.shows("lighthouse?");
  other.enter("/msg Alice yes! bringing tea and the `map`");
  await screen.shows("bringing tea");
  screen.enter("see you at six then");
  await screen.shows("see you at six then  ✓✓ delivered");
  await other.shows("six then");
  other.enter("It is six already");
}

function cellsOf({ emulator, text }: Screen): readonly (readonly Cell[])[] {
  const { active } = emulator.buffer;
  const used = text.split("\n").length;
  return Array.from({ length: used }, (_, row) => {
    const line = active.getLine(active.baseY + row);
    const cells = Array.from({ length: emulator.cols }, (_cell, column) => line?.getCell(column));
    return cells.filter((cell) => cell !== undefined);
  });
}

/** The picture changes when the program does, not when it is made. */
function atAFixedTime(svg: string): string {
  return svg
    .replaceAll(/\w+day, \d+ \w+ \d{4}/g, "Friday, 27 November 2026")
    .replaceAll(/\b\d\d:\d\d\b/g, "17:52")
    .replaceAll(/\b\d{4}-\d\d-\d\d\b/g, "2026-11-27");
}
