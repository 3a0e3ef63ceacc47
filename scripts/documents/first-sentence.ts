/** Reads the sentence with which a file says what it is for. */

const opening = /^(?:#!.*\n)?\s*(?:\/\*\*?([\s\S]*?)\*\/|((?:[ \t]*\/\/.*(?:\n|$))+))/;
const directive = /^(eslint|prettier|@ts-|@vitest|#)/;

/** The first sentence of the comment that a program file opens with; undefined where there is none. */
export function firstSentence(text: string): string | undefined {
  const [, block, lines] = opening.exec(text) ?? [];
  const comment = (block ?? lines ?? "")
    .split("\n")
    .map((line) => line.replace(/^\s*(\*|\/\/)?\s?/, "").trim())
    .join(" ")
    .trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(comment)?.[0];
  return sentence === undefined || directive.test(sentence) ? undefined : sentence;
}
