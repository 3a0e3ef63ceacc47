/** What is sought and found: the terms that a text is indexed by, and the terms of a typed query. */

/** Units of text (UTF-16) by which a word is known: nobody types more, and no pasted key fills an index. */
export const termLengthMax = 64;
/** Words of a query that are looked at: a longer query was pasted, and its beginning finds what is meant. */
export const queryPartsMax = 32;
/** Pairs of signs of one run that are looked at, for the same reason. */
export const queryPairsMax = 64;

/** Terms that stand in a text one right behind the other. */
export interface QueryPart {
  readonly terms: readonly [string, ...string[]];
  /** The last of them may be only the beginning of the text's term. */
  readonly beginning: boolean;
}

/** All parts must be in the text. */
export type TermQuery = readonly [QueryPart, ...QueryPart[]];

const beyondAscii = /\P{ASCII}/u;
const asciiWord = /[a-z0-9]+/g;

/**
 * Marks that most people leave out when they type: accents, Hebrew points, Arabic vowels; and what only joins, varies
 * or breaks signs. Other marks (vowels of Indic scripts, Kana's voicing) make another letter and stay.
 */
const omitted =
  /(?![\u3099\u309A])\p{Script=Inherited}|(?=\p{Mn})[\p{Script=Hebrew}\p{Script=Arabic}]|[\u00AD\u200B\u2060\uFEFF]/gu;

/** Scripts that put no spaces between words, and pictographs: any run of their signs can be sought. */
const unspaced =
  "[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Bopomofo}\\p{Script=Yi}\\p{Script=Thai}" +
  "\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tai_Le}\\p{Script=New_Tai_Lue}" +
  "\\p{Script=Tai_Tham}\\p{Script=Tai_Viet}\\p{Script=Javanese}\\p{Script=Balinese}\\p{Script=Tibetan}" +
  "\\p{Extended_Pictographic}ー々]";
/** Punctuation of those scripts (。「」) belongs to no word. */
const unspacedSign = `(?=[\\p{L}\\p{N}\\p{M}\\p{Extended_Pictographic}])${unspaced}`;
const wordSign = `(?!${unspaced})[\\p{L}\\p{N}\\p{M}]`;
const segment = new RegExp(`(?<run>(?:${unspacedSign})+)|(?:${wordSign})+`, "gu");

interface Segment {
  /** A run of signs without spaces; else a word. */
  readonly run: boolean;
  readonly text: string;
}

/**
 * In the order of the text: each word, lower-cased and without accents; of each run of a script without spaces its
 * overlapping pairs and then its last sign. Only letters, digits and marks, so that a space can stand between terms.
 */
export function terms(text: string): string[] {
  if (!beyondAscii.test(text)) return asciiWords(text);
  return segments(text).flatMap((part) => (part.run ? pairsAndLast(part.text) : [shortened(part.text)]));
}

/** Undefined when nothing in `text` can be sought. */
export function toQuery(text: string): TermQuery | undefined {
  const all = segments(text).slice(0, queryPartsMax);
  const [first, ...rest] = all.map((part, at) => toPart(part, at === all.length - 1));
  return first && [first, ...rest];
}

/** Whether a text with these terms is found by the query. */
export function matches(termsOfText: readonly string[], query: TermQuery): boolean {
  return query.every((part) => termsOfText.some((_, at) => standsAt(termsOfText, at, part)));
}

/**
 * How well a text with these terms fits a query that it matches, 0 to 1 a part: many hits in a short text fit best, a
 * whole word better than its beginning. How rare a word is does not count, since every hit has all of them.
 */
export function fitness(termsOfText: readonly string[], query: TermQuery): number {
  const lengthFactor = 0.25 + 0.75 * (termsOfText.length / usualTerms);
  return query.reduce((sum, part) => {
    const hits = hitWeight(termsOfText, part);
    return sum + hits / (hits + 1.2 * lengthFactor);
  }, 0);
}

/** Terms of a chat message of middling length: texts that are longer need more hits to fit as well. */
const usualTerms = 12;

function hitWeight(termsOfText: readonly string[], part: QueryPart): number {
  const whole = part.terms.at(-1);
  return termsOfText.reduce((sum, _, at) => {
    if (!standsAt(termsOfText, at, part)) return sum;
    return sum + (termsOfText[at + part.terms.length - 1] === whole ? 1 : 0.5);
  }, 0);
}

function standsAt(
  termsOfText: readonly string[],
  at: number,
  { terms: sought, beginning }: QueryPart,
): boolean {
  const last = sought.length - 1;
  for (let i = 0; i < last; i++) if (termsOfText[at + i] !== sought[i]) return false;
  const [found, whole] = [termsOfText[at + last], sought[last]];
  return found === whole || (beginning && whole !== undefined && found?.startsWith(whole) === true);
}

function toPart(part: Segment, last: boolean): QueryPart {
  if (!part.run) return { terms: [shortened(part.text)], beginning: last };
  const [first, ...rest] = pairsAndLast(part.text);
  if (first === undefined || rest.length === 0) return { terms: [part.text], beginning: true };
  // In the text the run may go on where the query ends: the pairs alone decide, the last sign by itself does not.
  return { terms: [first, ...rest.slice(0, -1).slice(0, queryPairsMax - 1)], beginning: false };
}

function asciiWords(text: string): string[] {
  const words = text.toLowerCase().match(asciiWord) ?? [];
  return words.map(shortened);
}

function segments(text: string): Segment[] {
  return Array.from(folded(text).matchAll(segment), (match) => ({
    run: match.groups?.["run"] !== undefined,
    text: match[0],
  }));
}

/** Upper case first brings together what only it has in common: ß and ss, ı and i, ς and σ. */
function folded(text: string): string {
  const lower = text.normalize("NFKD").toUpperCase().toLowerCase().replaceAll("ς", "σ");
  return lower.normalize("NFKD").replace(omitted, "").normalize("NFC");
}

function pairsAndLast(run: string): string[] {
  const signs = Array.from(run);
  return signs.map((sign, at) => sign + (signs[at + 1] ?? ""));
}

/** Never ends in half a surrogate pair. */
function shortened(word: string): string {
  if (word.length <= termLengthMax) return word;
  const cut = word.slice(0, termLengthMax);
  return cut.isWellFormed() ? cut : cut.slice(0, -1);
}
