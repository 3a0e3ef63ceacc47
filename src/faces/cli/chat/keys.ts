/** What a terminal sends, as keys: letters, named keys, and pasted text, however the bytes are cut. */

export type KeyName =
  | "enter"
  | "newline"
  | "tab"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "word-left"
  | "word-right"
  | "kill-to-end"
  | "kill-to-start"
  | "kill-word-left"
  | "kill-word-right"
  | "yank"
  | "swap"
  | "undo"
  | "redraw"
  | "interrupt"
  | "end-of-input"
  | "search-history"
  | "escape";

export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "key"; readonly name: KeyName }
  | { readonly kind: "paste"; readonly text: string };

/** Readline's own. */
const controls: Readonly<Record<string, KeyName>> = {
  "\u0001": "home",
  "\u0002": "left",
  "\u0003": "interrupt",
  "\u0004": "end-of-input",
  "\u0005": "end",
  "\u0006": "right",
  "\u0007": "escape",
  "\b": "backspace",
  "\t": "tab",
  "\n": "newline",
  "\u000b": "kill-to-end",
  "\f": "redraw",
  "\r": "enter",
  "\u000e": "down",
  "\u0010": "up",
  "\u0012": "search-history",
  "\u0014": "swap",
  "\u0015": "kill-to-start",
  "\u0017": "kill-word-left",
  "\u0019": "yank",
  "\u001f": "undo",
  "\u007f": "backspace",
};

/** What follows ESC, as xterm and those after it send it. */
const sequences: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  OA: "up",
  OB: "down",
  OC: "right",
  OD: "left",
  OH: "home",
  OF: "end",
  "[1~": "home",
  "[7~": "home",
  "[4~": "end",
  "[8~": "end",
  "[3~": "delete",
  "[1;5C": "word-right",
  "[1;5D": "word-left",
  "[1;3C": "word-right",
  "[1;3D": "word-left",
  b: "word-left",
  f: "word-right",
  d: "kill-word-right",
  "\u007f": "kill-word-left",
  "\b": "kill-word-left",
  "\r": "newline",
  "\n": "newline",
  // One alone may be the beginning of any of these: it waits.
  "\u001b": "escape",
};

const escape = "\u001b";
const pasteBegins = "\u001b[200~";
const pasteEnds = "\u001b[201~";
/** The API takes no longer text; the rest of a longer paste is left out. */
export const pasteLengthMax = 1_048_576;
/** No key's sequence is longer; what is, was never going to be a key. */
const sequenceLengthMax = 32;
// The keyboard's own escape sequences are what is read here.
/* eslint-disable no-control-regex */
const sequence = /^\u001b(?:\[[0-9;:<=>?]*[ -/]*[@-~]|O[@-~]|[^[O])/u;
const sequenceBegun = /^\u001b(?:\[[0-9;:<=>?]*[ -/]*|O)$/;
/* eslint-enable no-control-regex */

export class KeyDecoder {
  /** The beginning of a sequence whose rest has not come yet. */
  #begun = "";
  /** What has been pasted so far, while a paste goes on. */
  #pasted: string | undefined;

  feed(chunk: string): readonly Key[] {
    const keys: Key[] = [];
    let rest = this.#begun + chunk;
    this.#begun = "";
    while (rest !== "")
      rest = this.#pasted === undefined ? this.#take(rest, keys) : this.#takePasted(rest, keys);
    return keys;
  }

  /** Takes one key, or a run of letters, and returns what is left. */
  #take(rest: string, keys: Key[]): string {
    if (rest.startsWith(pasteBegins)) {
      this.#pasted = "";
      return rest.slice(pasteBegins.length);
    }
    if (rest.startsWith(escape)) return this.#takeEscaped(rest, keys);
    const letters = /^[^\p{Cc}]+/u.exec(rest)?.[0];
    if (letters !== undefined) {
      keys.push({ kind: "text", text: letters });
      return rest.slice(letters.length);
    }
    const name = controls[rest.charAt(0)];
    if (name !== undefined) keys.push({ kind: "key", name });
    return rest.slice(1);
  }

  #takeEscaped(rest: string, keys: Key[]): string {
    if (sequenceBegun.test(rest) && rest.length <= sequenceLengthMax) {
      this.#begun = rest;
      return "";
    }
    const whole = sequence.exec(rest)?.[0];
    const name = whole === undefined ? "escape" : sequences[whole.slice(1)];
    if (name !== undefined) keys.push({ kind: "key", name });
    return rest.slice((whole ?? escape).length);
  }

  #takePasted(rest: string, keys: Key[]): string {
    const end = rest.indexOf(pasteEnds);
    if (end >= 0) {
      keys.push({ kind: "paste", text: this.#withPasted(rest.slice(0, end)) });
      this.#pasted = undefined;
      return rest.slice(end + pasteEnds.length);
    }
    // The sign of the end may be cut in two.
    const kept = Math.max(0, rest.length - pasteEnds.length + 1);
    this.#pasted = this.#withPasted(rest.slice(0, kept));
    this.#begun = rest.slice(kept);
    return "";
  }

  #withPasted(more: string): string {
    return ((this.#pasted ?? "") + more).slice(0, pasteLengthMax);
  }
}
