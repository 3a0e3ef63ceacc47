/** The chat's small markup, from text to the tree that both faces draw: bold, italic, strike, code, fenced code, quotes and links. */

export type Emphasis = "bold" | "italic" | "strike" | "underline";

export type Inline =
  | { readonly kind: "text"; readonly text: string }
  /** Underline has no sign of ours: it comes from networks whose programs have it. */
  | { readonly kind: Emphasis; readonly inside: readonly Inline[] }
  | { readonly kind: "code"; readonly text: string }
  /** Shown as it is written: a link never says one thing and leads to another. */
  | { readonly kind: "link"; readonly href: string };

export type Block =
  /** Line breaks are in its texts. */
  | { readonly kind: "paragraph"; readonly inside: readonly Inline[] }
  | { readonly kind: "fence"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly inside: readonly Block[] };

/** Deeper quotes are shown as they were typed; a mail thread that is quoted further has no reader. */
export const quoteDepthMax = 4;

const signs = { "*": "bold", _: "italic", "~": "strike" } as const satisfies Record<string, Emphasis>;

type Sign = keyof typeof signs;

const quoteSign = "> ";
const fenceSign = "```";
const fenceOpening = /^```([\w+#.-]*)$/;

/** Linear in the length of the text, whatever it is; never throws. */
export function parseMarkup(text: string): readonly Block[] {
  return parseBlocks(text.split("\n"), 0);
}

function parseBlocks(lines: readonly string[], depth: number): readonly Block[] {
  const blocks: Block[] = [];
  const lastFence = lines.lastIndexOf(fenceSign);
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: "paragraph", inside: parseInline(paragraph.join("\n")) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    // A fence holds a line at least, and is one only when it is closed.
    const language =
      at + 1 < lastFence && lines[at + 1] !== fenceSign ? fenceOpening.exec(line)?.[1] : undefined;
    const quoted = depth < quoteDepthMax ? quotedFrom(lines, at) : [];
    if (language !== undefined) {
      endParagraph();
      const end = lines.indexOf(fenceSign, at + 1);
      blocks.push({ kind: "fence", language, text: lines.slice(at + 1, end).join("\n") });
      at = end + 1;
    } else if (quoted.length > 0) {
      endParagraph();
      blocks.push({ kind: "quote", inside: parseBlocks(quoted, depth + 1) });
      at += quoted.length;
    } else {
      paragraph.push(line);
      at++;
    }
  }
  endParagraph();
  return blocks;
}

/** The lines of the quote that begins here, without their signs. */
function quotedFrom(lines: readonly string[], from: number): readonly string[] {
  const quoted: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (!line.startsWith(quoteSign) && line !== ">") break;
    quoted.push(line.slice(quoteSign.length));
  }
  return quoted;
}

/**
 * What is never looked into, then signs. A code span ends on its line; a link has one of four schemes and ends at a space
 * or at a character that no address has.
 */
const token =
  /`(?<code>[^`\n]+)`|(?<![\p{L}\p{N}])(?<link>(?:https?:\/\/|mailto:|kith:)[^\s<>"`]+)|(?<sign>[*_~])|(?<newline>\n)/gu;

interface Opened {
  readonly sign: Sign;
  /** Where it stands among the nodes. */
  readonly at: number;
}

/** Nodes so far, and the signs among them that may still turn out to be openings: at most one of each kind. */
interface Progress {
  readonly nodes: Inline[];
  opened: readonly Opened[];
}

function parseInline(text: string): readonly Inline[] {
  const progress: Progress = { nodes: [], opened: [] };
  const tokens = new RegExp(token);
  let at = 0;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    addText(progress, text.slice(at, match.index));
    at = match.index + take(progress, match, text);
    tokens.lastIndex = at;
  }
  addText(progress, text.slice(at));
  return joined(progress.nodes);
}

/** Takes what was matched in, and returns how much of it: a link leaves the full stop behind it. */
function take(progress: Progress, match: RegExpExecArray, text: string): number {
  const { code, link, sign } = match.groups ?? {};
  if (code !== undefined) progress.nodes.push({ kind: "code", text: code });
  else if (link !== undefined) return takeLink(progress, link);
  else if (isSign(sign)) takeSign(progress, sign, neighbours(text, match.index));
  else {
    progress.opened = []; // emphasis ends with its line at the latest
    addText(progress, match[0]);
  }
  return match[0].length;
}

function isSign(text: string | undefined): text is Sign {
  return text !== undefined && Object.hasOwn(signs, text);
}

function addText({ nodes }: Progress, text: string): void {
  if (text !== "") nodes.push({ kind: "text", text });
}

const leadsSomewhere = /^(?:https?:\/\/|mailto:|kith:)./u;

function takeLink(progress: Progress, link: string): number {
  const href = withoutPunctuation(link);
  if (leadsSomewhere.test(href)) progress.nodes.push({ kind: "link", href });
  else addText(progress, href);
  return href.length;
}

/** What stands behind a link in a sentence is not of it; a closing bracket is, where it was opened inside. */
function withoutPunctuation(link: string): string {
  let surplus = (link.match(/\)/g)?.length ?? 0) - (link.match(/\(/g)?.length ?? 0);
  let end = link.length;
  for (; end > 0; end--) {
    const last = link.charAt(end - 1);
    if (last === ")" && surplus > 0) surplus--;
    else if (!".,;:!?'*_~]}".includes(last)) break;
  }
  return link.slice(0, end);
}

interface Neighbours {
  readonly before: string;
  readonly after: string;
}

/** A character takes two units at most. */
function neighbours(text: string, at: number): Neighbours {
  return { before: text.slice(Math.max(0, at - 2), at), after: text.slice(at + 1, at + 3) };
}

/** A sign opens before a word and closes behind one; between letters, as in snake_case, it is itself. */
function opens({ before, after }: Neighbours): boolean {
  return !/[\p{L}\p{N}]$/u.test(before) && /^\S/u.test(after);
}

function closes({ before, after }: Neighbours): boolean {
  return /\S$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after);
}

function takeSign(progress: Progress, sign: Sign, around: Neighbours): void {
  const { nodes, opened } = progress;
  const opening = opened.find((candidate) => candidate.sign === sign);
  if (opening !== undefined && opening.at < nodes.length - 1 && closes(around)) {
    const inside = joined(nodes.splice(opening.at + 1));
    nodes[opening.at] = { kind: signs[sign], inside };
    progress.opened = opened.filter(({ at }) => at < opening.at);
    return;
  }
  if (opens(around)) {
    // The nearest opening is the one that counts, so that no emphasis lies in its own kind and depth is bounded.
    progress.opened = [...opened.filter((other) => other.sign !== sign), { sign, at: nodes.length }];
  }
  nodes.push({ kind: "text", text: sign });
}

/** Neighbouring texts as one. */
function joined(nodes: readonly Inline[]): readonly Inline[] {
  const whole: Inline[] = [];
  let texts: string[] = [];
  const endText = (): void => {
    if (texts.length > 0) whole.push({ kind: "text", text: texts.join("") });
    texts = [];
  };
  for (const node of nodes) {
    if (node.kind === "text") texts.push(node.text);
    else {
      endText();
      whole.push(node);
    }
  }
  endText();
  return whole;
}
