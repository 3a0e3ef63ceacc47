/** A terminal in memory: what the chat writes is drawn by a real emulator, what is typed comes from the test. */
import { PassThrough, Writable } from "node:stream";
import xterm from "@xterm/headless";
import type { InputStream, OutputStream, Surroundings } from "../parts.ts";
import { startOfTests } from "./records.ts";

export interface TestTerminal {
  readonly around: Surroundings;
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  readonly type: (text: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** What is on the screen, without the empty rows at its end. */
  readonly screen: () => Promise<string>;
  readonly cursor: () => Promise<{ readonly row: number; readonly column: number }>;
  /** Everything that was written, as it was. */
  readonly written: () => string;
}

export function testTerminal(
  columns = 80,
  rows = 24,
  env: Readonly<Record<string, string>> = {},
): TestTerminal {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stdin: InputStream & PassThrough = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: () => undefined,
  });
  let written = "";
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written += chunk;
      emulator.write(chunk);
      done();
    },
  });
  const size = { columns, rows };
  const stdout: OutputStream & Writable = Object.defineProperties(Object.assign(output, { isTTY: true }), {
    columns: { get: () => size.columns },
    rows: { get: () => size.rows },
  });
  const drawn = (): Promise<void> =>
    new Promise((resolve) => {
      emulator.write("", resolve);
    });
  return {
    around: {
      stdin,
      stdout,
      stderr: stdout,
      env: { LANG: "en_GB.UTF-8", TERM: "xterm-256color", ...env },
      now: () => startOfTests,
      onInterrupt: () => () => undefined,
    },
    emulator,
    type: (text) => stdin.write(text),
    resize: (newColumns, newRows) => {
      [size.columns, size.rows] = [newColumns, newRows];
      emulator.resize(newColumns, newRows);
      stdout.emit("resize");
    },
    screen: async () => {
      await drawn();
      const { active } = emulator.buffer;
      const lines = Array.from(
        { length: emulator.rows },
        (_, row) => active.getLine(active.baseY + row)?.translateToString(true) ?? "",
      );
      return lines.join("\n").trimEnd();
    },
    cursor: async () => {
      await drawn();
      return { row: emulator.buffer.active.cursorY, column: emulator.buffer.active.cursorX };
    },
    written: () => written,
  };
}

/** Lets the program go on until something is there. */
export async function until<Value>(
  find: () => Value | undefined | Promise<Value | undefined>,
  otherwise = (): string => "it did not come",
): Promise<Value> {
  for (let turns = 0; turns < turnsMax; turns++) {
    const found = await find();
    if (found !== undefined) return found;
    await new Promise(setImmediate);
  }
  throw new Error(otherwise());
}

/** Far more than any test needs, and over within seconds. */
const turnsMax = 4_000;
