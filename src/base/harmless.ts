/** Makes text from elsewhere harmless for a screen: no character of it can move, hide, reorder or overwrite anything. */

/** More marks than this on one letter only smear over the lines above and below it. */
export const marksPerLetterMax = 2;

const lineFeed = 0x0a;
const tab = 0x09;
const firstPrintable = 0x20;
const deletion = 0x7f;
const lastControl = 0x9f;
/** Unicode has a picture of each control character. */
const firstPicture = 0x2400;
const pictureOfDeletion = "\u2421";
const zeroWidthNonJoiner = 0x200c;
const zeroWidthJoiner = 0x200d;
/** Stands where something cannot be shown. */
const unshowable = "\ufffd";
const tabAsSpaces = "    ";

/** Everything that needs a judgement, run by run: controls, formats, marks, separators, what is invisible or unassigned. */
const doubtful = /[\p{C}\p{M}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]+/gu;
const separator = /[\p{Zl}\p{Zp}]/u;
const nonspacing = /[\p{Mn}\p{Me}]/u;
const beginsWithMark = /^[\p{Mn}\p{Me}]/u;
const invisible = /[\p{Cf}\p{Default_Ignorable_Code_Point}]/u;
/** Unassigned characters are not among them: to a table older than the sender's, a new letter is unassigned. */
const nothingToShow = /[\p{Cs}\p{Co}\p{Noncharacter_Code_Point}]/u;
const variationSelector = /[\ufe0e\ufe0f]/u;
/** Joiners and variation selectors: they draw nothing and only change how their neighbours are drawn. */
const silent = /\u200c|\u200d|\ufe0e|\ufe0f/u;
const keycap = "\u20e3";
const endsPictograph = /\p{Extended_Pictographic}$/u;
const endsEmoji = /[\p{Extended_Pictographic}\p{Emoji_Modifier}]\ufe0f?$/u;
const beginsEmoji = /^\p{Extended_Pictographic}/u;
const joiningScripts = [
  "Arabic",
  "Syriac",
  "Mongolian",
  "Nko",
  "Mandaic",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Oriya",
  "Tamil",
  "Telugu",
  "Kannada",
  "Malayalam",
  "Sinhala",
];
const joining = `[${joiningScripts.map((script) => `\\p{Script=${script}}`).join("")}]`;
const endsJoining = new RegExp(`${joining}$`, "u");
const beginsJoining = new RegExp(`^${joining}`, "u");
/** The longest beginning or end of a neighbour that the expressions above look at, in UTF-16 units. */
const neighbourLength = 3;

/** For names, labels, addresses, errors: one line, and what would be invisible leaves a visible sign, so that two names never look alike. */
export function harmlessLine(text: string): string {
  return harmless(text, lineRules);
}

/** For message bodies: keeps line breaks, and the joiners that the letters of some scripts need; drops what is invisible. */
export function harmlessBody(text: string): string {
  return harmless(text.replaceAll("\r\n", "\n"), bodyRules);
}

interface Rules {
  readonly lineBreak: string;
  readonly tab: string;
  readonly invisible: string;
  readonly joinsLetters: boolean;
}

const lineRules: Rules = { lineBreak: "\u240a", tab: " ", invisible: unshowable, joinsLetters: false };
const bodyRules: Rules = { lineBreak: "\n", tab: tabAsSpaces, invisible: "", joinsLetters: true };

function harmless(text: string, rules: Rules): string {
  return text.replace(doubtful, (run, offset: number) => judged(run, text, offset, rules));
}

/** The run as it may be shown. One sign stands for neighbouring characters that cannot be shown. */
function judged(run: string, text: string, offset: number, rules: Rules): string {
  let shown = "";
  // The end of what is shown, by itself: a look at that of a growing text costs as much as copying it.
  let before = text.slice(Math.max(0, offset - neighbourLength), offset);
  let at = offset;
  // A mark without a letter would fall on what the screen has in front of the text.
  let marks = offset === 0 ? marksPerLetterMax : 0;
  for (const char of run) {
    at += char.length;
    const after = text.slice(at, at + neighbourLength);
    const sign = signOf(char, before, after, rules);
    // Marks that are joined still stand on one letter; what is there for one too many would change nothing.
    if (silent.test(sign)) {
      if (marks >= marksPerLetterMax && beginsWithMark.test(after)) continue;
    } else if (nonspacing.test(sign)) marks++;
    else if (sign !== "") marks = sign === "\n" ? marksPerLetterMax : 0;
    if (marks > marksPerLetterMax && nonspacing.test(sign)) continue;
    if (sign === "" || (sign === unshowable && before.endsWith(unshowable) && shown !== "")) continue;
    before = (before + sign).slice(-neighbourLength);
    shown += sign;
  }
  return shown;
}

function signOf(char: string, before: string, after: string, rules: Rules): string {
  const code = char.codePointAt(0) ?? 0;
  if (code === lineFeed || separator.test(char)) return rules.lineBreak;
  if (code === tab) return rules.tab;
  if (code < firstPrintable) return String.fromCodePoint(firstPicture + code);
  if (code === deletion) return pictureOfDeletion;
  if (code > deletion && code <= lastControl) return unshowable;
  if (isKeptJoiner(code, before, after, rules)) return char;
  if (variationSelector.test(char) && (endsPictograph.test(before) || after.startsWith(keycap))) return char;
  if (invisible.test(char)) return rules.invisible;
  return nothingToShow.test(char) ? unshowable : char;
}

/** Joiners are kept only where they are needed and can be seen to work. */
function isKeptJoiner(code: number, before: string, after: string, rules: Rules): boolean {
  if (code === zeroWidthJoiner && endsEmoji.test(before) && beginsEmoji.test(after)) return true;
  if (code !== zeroWidthJoiner && code !== zeroWidthNonJoiner) return false;
  return rules.joinsLetters && endsJoining.test(before) && beginsJoining.test(after);
}

/** What a text in JSON may contain unescaped and a terminal must not see. */
const unsafeInJson = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON that is exact and harmless at once: the doubtful characters are written as `\uXXXX`. */
export function harmlessJson(value: unknown): string {
  return JSON.stringify(value).replace(unsafeInJson, (char) =>
    Array.from({ length: char.length }, (_, unit) => escaped(char.charCodeAt(unit))).join(""),
  );
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
