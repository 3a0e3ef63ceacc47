/** Names of people: when two are the same to a reader, and the label that tells their owners apart. */
import { utf8Length } from "../../base/bytes.ts";
import { visibleText } from "../../base/look-alikes.ts";

/** Bytes of UTF-8 kept of a name: four times what the widest wire allows, so that only abuse is ever cut. */
export const nameBytesMax = 256;

/** Equal for names that a reader would take for the same: case, width, spacing and invisible characters do not count. */
export function foldName(name: string): string {
  // Some small letters are a letter and a mark, of which there is an order.
  return visibleText(name).toLowerCase().normalize("NFKC");
}

/** The name itself where it is short enough, else its beginning, whole characters only. */
export function cutName(name: string): string {
  const wellFormed = name.toWellFormed();
  if (utf8Length(wellFormed) <= nameBytesMax) return wellFormed;
  let cut = "";
  let bytes = 0;
  for (const character of wellFormed) {
    bytes += utf8Length(character);
    if (bytes > nameBytesMax) break;
    cut += character;
  }
  return cut;
}

/**
 * `wanted`, or with a number that makes it unique: "Ece", "Ece (2)". `taken` is asked with folded labels, and some
 * forty times among a million of one name: the number is free and the one before it is not, but smaller ones may be.
 */
export function freeLabel(wanted: string, taken: (folded: string) => boolean): string {
  if (!taken(foldName(wanted))) return wanted;
  const isTaken = (number: number): boolean => taken(foldName(numbered(wanted, number)));
  let low = 1;
  let high = 2;
  while (isTaken(high)) [low, high] = [high, 2 * high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isTaken(middle)) low = middle;
    else high = middle;
  }
  return numbered(wanted, high);
}

/** Whether the label is the name itself or the name with a number. */
export function isMadeFrom(label: string, name: string): boolean {
  return label === name || (label.startsWith(`${name} (`) && /^\d+\)$/.test(label.slice(name.length + 2)));
}

function numbered(name: string, number: number): string {
  return `${name} (${number})`;
}
