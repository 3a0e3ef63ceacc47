/** A diagram shows every step of its table, and nothing else. */
import { expect, it } from "vitest";
import { stateDiagram } from "./state-diagram.ts";

it("each step is an arrow, and where none leads on is the end", () => {
  const table = { off: { on: "lit", break: "broken", drop: "broken" }, lit: { off: "off" }, broken: {} };
  expect(stateDiagram(table, "off").split("\n")).toEqual([
    "```mermaid",
    "stateDiagram-v2",
    "  [*] --> off",
    "  off --> lit: on",
    "  off --> broken: break, drop",
    "  lit --> off: off",
    "  broken --> [*]",
    "```",
  ]);
});
