/** Cuts a stream of bytes into lines of UTF-8, however the bytes come in. */
import { concatBytes, fromUtf8 } from "../base/bytes.ts";

export type Line =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "too-long"; readonly size: number }
  | { readonly kind: "not-text" };

/** Pieces held before they are made one: a line that dribbles in by the byte costs its bytes, not an object each. */
const partsMax = 64;

export class Lines {
  readonly #bytesMax: number;
  #parts: Uint8Array[] = [];
  #size = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** The lines that end in `bytes`; after one that is too long the stream cannot be read any further. */
  take(bytes: Uint8Array): readonly Line[] {
    const lines: Line[] = [];
    let begin = 0;
    for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, begin)) {
      this.#keep(bytes.subarray(begin, end));
      if (this.#size > this.#bytesMax) break;
      const line = this.#line();
      if (line !== undefined) lines.push(line);
      begin = end + 1;
    }
    if (this.#size <= this.#bytesMax) this.#keep(bytes.subarray(begin));
    if (this.#size > this.#bytesMax) lines.push({ kind: "too-long", size: this.#size });
    return lines;
  }

  #keep(part: Uint8Array): void {
    if (part.length > 0) this.#parts.push(part);
    this.#size += part.length;
    if (this.#parts.length > partsMax) this.#parts = [concatBytes(...this.#parts)];
  }

  /** Nothing for an empty line. */
  #line(): Line | undefined {
    const [first, ...rest] = this.#parts;
    if (first === undefined) return undefined;
    const text = fromUtf8(rest.length === 0 ? first : concatBytes(...this.#parts));
    this.#parts = [];
    this.#size = 0;
    return text === undefined ? { kind: "not-text" } : { kind: "line", text };
  }
}

const newline = 0x0a;
