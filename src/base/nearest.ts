/** The word that was probably meant by one that does not exist. */

/** A slip of the hand changes a third of a word at most. */
const slipsPerLetter = 1 / 3;
/** Longer than any name: what is longer was no slip, and would only cost time. */
export const wordLengthMax = 64;

/** The nearest of `words`, if it is near enough to be a slip of the hand; among equals the first. */
export function nearest(word: string, words: Iterable<string>): string | undefined {
  if (word.length > wordLengthMax) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length * slipsPerLetter)) + 1;
  for (const candidate of words) {
    const slips = slipsBetween(word, candidate);
    if (slips >= least) continue;
    least = slips;
    best = candidate;
  }
  return best;
}

/** Letters to insert, remove, replace or swap with their neighbour (optimal string alignment). */
function slipsBetween(a: string, b: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const replaced = (last[column - 1] ?? 0) + (same ? 0 : 1);
      const swap = swapped ? (beforeLast[column - 2] ?? 0) + 1 : replaced;
      current.push(Math.min((current[column - 1] ?? 0) + 1, (last[column] ?? 0) + 1, replaced, swap));
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? a.length;
}
