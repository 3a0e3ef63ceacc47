/** Texts of strangers on their way to a screen and into the index: markup, what is harmless, width, search. */
import { describe, expect } from "vitest";
import { harmlessBody, harmlessJson, harmlessLine, marksPerLetterMax } from "../../src/base/harmless.ts";
import { parseMarkup, quoteDepthMax, type Block, type Inline } from "../../src/base/markup.ts";
import { fitness, matches, termLengthMax, terms, toQuery } from "../../src/base/search-terms.ts";
import { breakLines, cells, fit, graphemes, truncate, wrap } from "../../src/base/width.ts";
import { cutName, foldName, nameBytesMax } from "../../src/core/people/names.ts";
import { formatChatLogLine } from "../../src/networks/lan/chat-log.ts";
import { splitText, pieceBytesMax } from "../../src/protocols/lan/classic.ts";
import { concatBytes, toUtf8, utf8Length } from "../../src/base/bytes.ts";
import { toMessageId, toNetworkName } from "../../src/base/ids.ts";
import * as corpus from "./corpus.ts";
import { fuzzText } from "./fuzz.ts";

/** What steers a terminal, hides or turns text: none of it may be left. */
const harm = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\ufeff\u{e0000}-\u{e007f}]/u;
const silent = "[\\u200c\\u200d\\ufe0e\\ufe0f]";
const marks = new RegExp(`(?:(?!${silent})[\\p{Mn}\\p{Me}]${silent}*){${marksPerLetterMax + 1}}`, "u");

describe("a text on its way to a screen", () => {
  fuzzText("the tree of a text says all that was typed, in order", corpus.texts, (text) => {
    const blocks = parseMarkup(text);
    expect(blocks.length).toBeLessThanOrEqual(text.length + 1);
    expect(quoteDepth(blocks)).toBeLessThanOrEqual(quoteDepthMax);
    expect(letters(blocks.map(wordsOf).join(""))).toBe(letters(text));
    return [...new Set(blocks.map(shapeOf))].join(" ").slice(0, 200);
  });

  fuzzText("nothing that is left of it steers, hides or turns anything", corpus.texts, (text) => {
    const [line, body] = [harmlessLine(text), harmlessBody(text)];
    for (const shown of [line, body]) {
      expect(harm.exec(shown)).toBeNull();
      expect(marks.exec(shown)).toBeNull();
      expect(shown.isWellFormed()).toBe(true);
      expect(shown.length).toBeLessThanOrEqual(4 * text.length);
    }
    expect(/[\n\t]/.exec(line)).toBeNull();
    expect([harmlessLine(line), harmlessBody(body)]).toEqual([line, body]);
    const json = harmlessJson({ text });
    expect(JSON.parse(json)).toEqual({ text });
    expect(harm.exec(json)).toBeNull();
    return [line === text, body === text, line.includes("\ufffd")].join(" ");
  });

  fuzzText(
    "no line is wider than the column, and nothing of it is lost but spaces",
    corpus.texts,
    (text) => {
      const shown = harmlessBody(text).slice(0, 120).toWellFormed();
      const width = [1, 2, 40][text.length % 3] ?? 1;
      const lines = breakLines(shown, width);
      let seen = 0;
      for (const { start, end } of lines) {
        expect(start >= seen && end >= start).toBe(true);
        expect(shown.slice(seen, start).trim()).toBe("");
        const line = shown.slice(start, end);
        expect(cells(line) <= width || graphemes(line).length === 1).toBe(true);
        seen = end;
      }
      expect(shown.slice(seen).trim()).toBe("");
      expect(wrap(shown, width)).toHaveLength(lines.length);
      const [line = ""] = shown.split("\n");
      expect(cells(truncate(line, width))).toBeLessThanOrEqual(width);
      expect(cells(fit(line, width))).toBe(width);
      return `${width} ${lines.length > 1} ${cells(line) > line.length}`;
    },
    4,
  );
});

describe("a text on its way into the index, a file or a wire", () => {
  fuzzText("every text is found by each of its words", corpus.texts, (text) => {
    const found = terms(text);
    expect(found.every((term) => term.length <= termLengthMax + 2 && !/\s/u.test(term) && term !== "")).toBe(
      true,
    );
    expect(found.length).toBeLessThanOrEqual(2 * text.normalize("NFKD").length);
    const query = toQuery(text);
    expect(query === undefined).toBe(found.length === 0);
    if (query === undefined) return "nothing to seek";
    expect(matches(found, query)).toBe(true);
    expect(fitness(found, query)).toBeGreaterThan(0);
    return `${Math.min(query.length, 8)} ${query.some(({ beginning }) => beginning)}`;
  });

  fuzzText(
    "the pieces of a long text are the text",
    corpus.texts,
    (text) => {
      const pieces = splitText(text);
      expect(concatBytes(...pieces)).toEqual(toUtf8(text));
      expect(pieces.every((piece) => piece.length <= pieceBytesMax)).toBe(true);
      return String(Math.min(pieces.length, 4));
    },
    4,
  );

  fuzzText("a line of the chat log is one line of four columns and says all", corpus.texts, (text) => {
    const line = formatChatLogLine({ time: "2026-01-01T00:00:00+00:00", direction: "in", name: text, text });
    expect(line.split("\t")).toHaveLength(4);
    expect(/\p{Cc}/u.exec(line.slice(0, -1).replaceAll("\t", ""))).toBeNull();
    expect(line.endsWith("\n")).toBe(true);
    const [, , name = "", body = ""] = line.slice(0, -1).split("\t");
    expect([unescaped(name), unescaped(body)]).toEqual([text, text]);
    return line.includes("\\u") ? "escapes" : "plain";
  });

  fuzzText("names and ids are what they should be, or are refused", corpus.names, (text) => {
    const cut = cutName(text);
    expect(cut.isWellFormed() && utf8Length(cut) <= nameBytesMax).toBe(true);
    expect(cutName(cut)).toBe(cut);
    expect(foldName(foldName(text))).toBe(foldName(text));
    const [network, id] = [toNetworkName(text), toMessageId(text)];
    if (network !== undefined) expect(text).toMatch(/^[a-z][a-z0-9-]{0,31}$/);
    if (id !== undefined) expect(Buffer.from(text, "base64url").toString("base64url")).toBe(text);
    return [network !== undefined, id !== undefined, cut === text].join(" ");
  });
});

function wordsOf(block: Block): string {
  if (block.kind === "fence") return block.language + block.text;
  return block.kind === "quote" ? block.inside.map(wordsOf).join("") : block.inside.map(inlineWords).join("");
}

function inlineWords(node: Inline): string {
  if (node.kind === "link") return node.href;
  return "inside" in node ? node.inside.map(inlineWords).join("") : node.text;
}

/** Signs and line breaks may be gone; nothing else may, and nothing may be added. */
function letters(text: string): string {
  return text.replace(/[*_~`>\s]/gu, "");
}

function quoteDepth(blocks: readonly Block[]): number {
  return Math.max(0, ...blocks.map((block) => (block.kind === "quote" ? 1 + quoteDepth(block.inside) : 0)));
}

function shapeOf(block: Block): string {
  if (block.kind !== "paragraph") return block.kind;
  return [...new Set(block.inside.map(({ kind }) => kind))].join("");
}

function unescaped(text: string): string {
  const signs: Readonly<Record<string, string>> = { t: "\t", n: "\n", r: "\r", "\\": "\\" };
  return text.replace(/\\(?:u(?<code>[0-9a-f]{4})|(?<sign>[\\tnr]))/g, (_, code?: string, sign = "") =>
    code === undefined ? (signs[String(sign)] ?? "") : String.fromCharCode(parseInt(code, 16)),
  );
}
