/** `npm run picture`: plays a short scene between real programs on hosts of their own, and draws what one of them sees. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { classicPerson, Person } from "../test/e2e/person.ts";
import type { Screen } from "../test/e2e/screen.ts";
import { NamespaceLab, namespacesAvailable } from "../test/integration/namespaces/harness.ts";
import { terminalSvg, type Cell } from "./picture/terminal-svg.ts";
import { thisCheckout } from "./setup/checkout.mjs";

const target = join(thisCheckout.root, "docs/pictures/chat.svg");
const label =
  "A chat in a terminal: encrypted messages with ticks, a namesake with another key, and a message that waits";

const noHosts = namespacesAvailable();
if (noHosts === undefined) await draw();
else {
  console.error(`The picture cannot be made here: ${noHosts}`);
  process.exitCode = 1;
}

async function draw(): Promise<void> {
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

/** Alice's screen when all has been said. */
async function play(lab: NamespaceLab, folder: string): Promise<Screen> {
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
  await other.shows("Alice");
  await talk(screen, other);
  await screen.shows("It is six already");
  await new Person(lab.host("namesake"), folder).run("nick", "Ece", "--set", "profile.name=Ece");
  await screen.shows("is not the Ece you know");
  classicPerson(lab.host("kaan"), "Kaan", host);
  await screen.shows("Kaan is online");
  screen.enter("/msg Kaan do you get this?");
  await screen.shows("send unencrypted? y/n");
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
