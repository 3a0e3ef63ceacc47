/** A line of the chat log stays a line and can be read back. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatChatLogLine } from "./chat-log.ts";

const time = "2026-11-23T22:00:00.000+03:00";

it("time, direction, name and text stand between tabs", () => {
  const line = formatChatLogLine({ time, direction: "in", name: "Ece", text: "merhaba" });
  expect(line).toBe(`${time}\tin\tEce\tmerhaba\n`);
});

it("tabs, line breaks and backslashes are written as signs", () => {
  const line = formatChatLogLine({ time, direction: "out", name: "E\tce", text: "a\tb\nc\rd\\n" });
  expect(line).toBe(`${time}\tout\tE\\tce\ta\\tb\\nc\\rd\\\\n\n`);
});

it("other control characters are written out, so that a screen that shows the file is not steered", () => {
  const line = formatChatLogLine({ time, direction: "in", name: "Ece", text: "\u001b[2Jx\u0007" });
  expect(line).toBe(`${time}\tin\tEce\t\\u001b[2Jx\\u0007\n`);
});

it("every text is one line of four columns and comes back as it was", () => {
  const signs: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (name, text) => {
      const line = formatChatLogLine({ time, direction: "in", name, text });
      expect(line.indexOf("\n")).toBe(line.length - 1);
      const columns = line.slice(0, -1).split("\t");
      const back = columns.map((column) =>
        column.replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code: string | undefined, sign: string) =>
          code === undefined ? (signs[sign] ?? "?") : String.fromCharCode(Number.parseInt(code, 16)),
        ),
      );
      expect(back).toEqual([time, "in", name, text]);
    }),
  );
});
