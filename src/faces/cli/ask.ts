/** Asks a person at the terminal: a line, a yes, or a secret that is not shown. */
import { graphemes } from "../../base/width.ts";
import type { InputStream, OutputStream } from "./parts.ts";

export interface Terminal {
  readonly input: InputStream;
  readonly output: OutputStream;
}

const carriageReturn = "\r";
const lineFeed = "\n";
const endOfInput = "\u0004";
const interrupt = "\u0003";
const backspaces: readonly string[] = ["\u007f", "\b"];
/** A passphrase longer than this is a file that was pasted. */
const secretLengthMax = 1_024;

/** A line without its end; undefined when the input ended or Ctrl+C was pressed. */
export async function askLine({ input, output }: Terminal, question: string): Promise<string | undefined> {
  const { createInterface } = await import("node:readline");
  const lines = createInterface({ input, output, terminal: input.isTTY === true });
  return new Promise((resolve) => {
    lines.once("close", () => {
      resolve(undefined);
    });
    lines.question(question, (answer) => {
      resolve(answer);
      lines.close();
    });
  });
}

/** A secret, typed without being shown; undefined when the input ended or Ctrl+C was pressed. */
export function askSecret({ input, output }: Terminal, question: string): Promise<string | undefined> {
  // In this order: who types as soon as the question is there must not see it.
  input.setRawMode?.(true);
  output.write(question);
  return new Promise((resolve) => {
    let typed = "";
    const take = (chunk: Buffer | string): void => {
      const text = chunk.toString();
      let at = 0;
      for (const char of text) {
        at += char.length;
        if (char === carriageReturn || char === lineFeed) {
          end(typed);
          // What was pasted along with it answers the next question.
          const isPair = char === carriageReturn && text[at] === lineFeed;
          const rest = text.slice(isPair ? at + 1 : at);
          if (rest !== "") input.unshift(rest, "utf8");
          return;
        }
        if (char === interrupt || (char === endOfInput && typed === "")) {
          end(undefined);
          return;
        }
        if (backspaces.includes(char)) typed = graphemes(typed).slice(0, -1).join("");
        else if (typed.length < secretLengthMax) typed += char;
      }
    };
    const end = (answer: string | undefined): void => {
      input.off("data", take);
      input.setRawMode?.(false);
      input.pause();
      output.write("\n");
      resolve(answer);
    };
    input.on("data", take);
    input.resume();
  });
}
