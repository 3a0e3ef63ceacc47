/** The chat on real terminals of several sizes, over a daemon that plays its part. */
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { Screen } from "./screen.ts";

const host = fileURLToPath(new URL("chat-host.ts", import.meta.url));
const screens: Screen[] = [];

function start(columns: number, rows: number): Screen {
  const screen = new Screen(process.execPath, [host], { columns, rows });
  screens.push(screen);
  return screen;
}

afterEach(() => {
  for (const screen of screens.splice(0)) screen.end();
});

test.each([
  [80, 24],
  [120, 40],
])("a conversation on a real terminal of %i by %i", async (columns, rows) => {
  const chat = start(columns, rows);
  await chat.shows("to Ece ◆ encrypted>");
  expect(chat.emulator.modes.bracketedPasteMode).toBe(true);
  chat.type("hello 👋 日本\r");
  await chat.shows("→ Ece │ hello 👋 日本  ✓✓ delivered");
  await chat.shows("Ece │ you said: hello 👋 日本");
  chat.type("\u001b[A\u001b[A");
  await chat.shows(/> hello 👋 日本$/);
  chat.type("\u0003/he\tall\r");
  await chat.shows("/quit");
  chat.type("\u0004");
  expect(await chat.exit).toBe(0);
  expect(chat.emulator.modes.bracketedPasteMode).toBe(false);
});

test("what is typed survives a terminal that gets narrow and wide again", async () => {
  const chat = start(80, 24);
  await chat.shows("to Ece");
  chat.type("a line that is longer than the narrow terminal will be able to show in one row");
  await chat.shows("in one row");
  chat.resize({ columns: 40, rows: 20 });
  await chat.shows("to Ece ◆> a line");
  chat.resize({ columns: 100, rows: 30 });
  const screen = await chat.shows("to Ece ◆ encrypted> a line");
  expect(screen.match(/a line that/g)).toHaveLength(1);
  chat.type("\u0003\u0003");
  expect(await chat.exit).toBe(0);
});
