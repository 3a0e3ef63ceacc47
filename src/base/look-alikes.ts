/** Names that look alike though their letters differ: what is left of a text when look-alikes count as one letter. */

/**
 * Letters that most typefaces draw like these Latin ones. Small on purpose: Unicode's whole table of confusables finds
 * something in every other honest name, and a warning that is always there warns of nothing.
 */
export const drawnLike: Readonly<Record<string, string>> = {
  a: "аɑα",
  b: "Ьƅ",
  c: "сϲᴄ",
  d: "ԁ",
  e: "еҽ",
  g: "ɡց",
  h: "һհ",
  i: "іıɩι",
  j: "јյϳ",
  k: "кκ",
  l: "1|I\u0406\u0399\u04c0\u04cfǀ", // also the capital i of Cyrillic and of Greek
  n: "ոп",
  o: "0оοօ",
  p: "рρ",
  q: "ԛզ",
  r: "г",
  s: "ѕꜱ",
  u: "սυʋ",
  v: "ѵν",
  w: "ԝѡ",
  x: "хχ",
  y: "уүγ",
  A: "АΑ",
  B: "ВΒ",
  C: "СϹ",
  E: "ЕΕ",
  H: "НΗ",
  J: "Ј",
  K: "КΚ",
  M: "МΜ",
  N: "Ν",
  O: "ОΟՕ",
  P: "РΡ",
  S: "ЅՏ",
  T: "ТΤ",
  X: "ХΧ",
  Y: "ҮΥ",
  Z: "Ζ",
};

const latin: ReadonlyMap<string, string> = new Map(
  Object.entries(drawnLike).flatMap(([letter, others]) =>
    Array.from(others, (other) => [other, letter] as const),
  ),
);

/** Spaces, and the one blank that Unicode counts as a sign: the Braille cell without a dot. */
const blank = /[\s\u2800]/gu;
const unseen = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/** Shows as it is. Most names are such, and Unicode's tables, which are large, need not be loaded for them. */
const asItShows = /^[!-~]+(?: [!-~]+)*$/;

/** The text as it shows: composed, of usual width, single spaces, and nothing that draws nothing. */
export function visibleText(text: string): string {
  if (asItShows.test(text)) return text;
  // Well-formed, or the halves of a sign would find each other where what stood between them is gone.
  const seen = text.toWellFormed().normalize("NFKC").replace(blank, " ").replace(unseen, "");
  // Only now: what is unseen must keep neither two spaces apart nor a letter from its accent.
  return seen.normalize("NFKC").replace(/ +/g, " ").trim();
}

/**
 * Equal for texts that look alike. To be compared with names that are known already, never to judge a name by itself:
 * "Иван" alone is nobody's look-alike.
 */
export function skeletonOf(text: string): string {
  // Before as well: composing makes another letter of some that are drawn like a Latin one.
  const letters = inLatin(visibleText(inLatin(text)));
  return letters.toLowerCase().replaceAll("rn", "m").replaceAll("vv", "w");
}

function inLatin(text: string): string {
  return Array.from(text, (letter) => latin.get(letter) ?? letter).join("");
}
