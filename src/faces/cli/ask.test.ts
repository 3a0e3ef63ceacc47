/** What is typed at a question belongs to it, and what comes behind the Enter to the next. */
import { expect, test } from "vitest";
import { askSecret } from "./ask.ts";
import { testProcess } from "./testing/surroundings.ts";

test.each(["one\rtwo\r", "one\ntwo\n", "one\r\ntwo\r\n"])(
  "two secrets pasted in one go answer two questions: %j",
  async (pasted) => {
    const { around, stdin } = testProcess();
    const terminal = { input: stdin, output: around.stderr };
    const first = askSecret(terminal, "first: ");
    stdin.write(pasted);
    expect(await first).toBe("one");
    expect(await askSecret(terminal, "second: ")).toBe("two");
  },
);
