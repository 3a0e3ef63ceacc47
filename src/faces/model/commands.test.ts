/** What a typed line asks for. */
import { describe, expect, test } from "vitest";
import { commandNamed, commands, parseTyped, splitWho } from "./commands.ts";

describe("what a line asks for", () => {
  test.each([
    ["hello", { kind: "text", text: "hello" }],
    ["  \n ", { kind: "nothing" }],
    ["//shrug", { kind: "text", text: "/shrug" }],
    ["/msg Ece hi there", { kind: "command", name: "msg", rest: "Ece hi there" }],
    ["/m Ece\nhi", { kind: "command", name: "msg", rest: "Ece\nhi" }],
    ["/WHO", { kind: "command", name: "people", rest: "" }],
    ["/exit", { kind: "command", name: "quit", rest: "" }],
    ["/hsitory", { kind: "unknown", name: "hsitory", nearest: "history" }],
    ["/etc/hosts is broken", { kind: "unknown", name: "etc/hosts" }],
    ["/", { kind: "unknown", name: "" }],
  ])("%j", (line, typed) => {
    expect(parseTyped(line)).toEqual(typed);
  });

  test("every name and alias means one command", () => {
    const names = commands.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const command of commands) expect(commandNamed(command.name)).toBe(command);
  });
});

describe("a name in front of a text", () => {
  const names = ["Ece", "Ece (2)", "Ayşe Kaya"];
  test.each([
    ["Ece hello", "Ece", "hello"],
    ["ece (2) hello", "Ece (2)", "hello"],
    ["ayşe kaya hi", "Ayşe Kaya", "hi"],
    ['"Some One" hi', "Some One", "hi"],
    ["Eceler hi", "Eceler", "hi"],
    ["Ece", "Ece", ""],
    ["", "", ""],
  ])("%j", (text, who, rest) => {
    expect(splitWho(text, names)).toEqual({ who, rest });
  });
});
