/** Cuts text for wires that carry only so many bytes at a time. */
import { toUtf8 } from "./bytes.ts";
import { once } from "./once.ts";

const graphemes = once(() => new Intl.Segmenter(undefined, { granularity: "grapheme" }));

/** The text in pieces of at most `bytesMax` (4 or more) bytes of UTF-8, cut between characters as a reader sees them. */
export function cutText(text: string, bytesMax: number): readonly Uint8Array[] {
  const whole = toUtf8(text);
  if (whole.length <= bytesMax) return [whole];
  const pieces: Uint8Array[] = [];
  let start = 0;
  let end = 0;
  for (const size of characterSizes(text, bytesMax)) {
    if (end + size - start > bytesMax) {
      pieces.push(whole.subarray(start, end));
      start = end;
    }
    end += size;
  }
  return [...pieces, whole.subarray(start)];
}

/** Bytes of each character. One that fits no piece (a letter under hundreds of marks) is given by its code points. */
function* characterSizes(text: string, bytesMax: number): Generator<number> {
  for (const { segment } of graphemes().segment(text)) {
    const size = toUtf8(segment).length;
    if (size <= bytesMax) yield size;
    else for (const point of segment) yield toUtf8(point).length;
  }
}
