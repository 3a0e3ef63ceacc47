/** Who holds a port is called what somebody would look for to end it. */
import { expect, test } from "vitest";
import { inodesOf, programIn } from "./port-holder.ts";

test.each([
  ["/usr/bin/nc\0-l\x005001\0", "nc"],
  ["/opt/node/bin/node\0/home/alice/kith/dist/kith.js\0daemon\0", "kith.js"],
  ["node\0", "node"],
  ["", "a program"],
])("%j is %s", (commandLine, name) => {
  expect(programIn(commandLine)).toBe(name);
});

test("only those who listen at the port hold it", () => {
  const row = (local: string, state: string, inode: string): string =>
    ` 0: ${local} 00000000:0000 ${state} 00000000:00000000 00:00000000 00000000 0 0 ${inode} 1`;
  const table = [
    row("0100007F:1389", "0A", "11"),
    row("0100007F:1389", "01", "12"),
    row("0100007F:138A", "07", "13"),
  ];
  expect(inodesOf(table.join("\n"), 5001)).toEqual(["11"]);
  expect(inodesOf(table.join("\n"), 5002)).toEqual(["13"]);
});
