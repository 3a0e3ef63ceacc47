/** Markup becomes a tree, of any text, without losing any of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Block, Inline } from "./markup.ts";
import { parseMarkup, quoteDepthMax } from "./markup.ts";

/** Writes a tree as it would be typed. */
function write(blocks: readonly Block[]): string {
  return blocks.map(writeBlock).join("\n");
}

function writeBlock(block: Block): string {
  switch (block.kind) {
    case "paragraph":
      return block.inside.map(writeInline).join("");
    case "fence":
      return ["```" + block.language, block.text, "```"].join("\n");
    case "quote":
      return write(block.inside)
        .split("\n")
        .map((line) => `> ${line}`)
        .join("\n");
  }
}

function writeInline(node: Inline): string {
  switch (node.kind) {
    case "text":
      return node.text;
    case "code":
      return `\`${node.text}\``;
    case "link":
      return node.href;
    case "bold":
    case "italic":
    case "strike":
    case "underline": {
      const sign = { bold: "*", italic: "_", strike: "~", underline: "" }[node.kind];
      return sign + node.inside.map(writeInline).join("") + sign;
    }
  }
}

const text = (content: string): Inline => ({ kind: "text", text: content });
const bold = (...inside: Inline[]): Inline => ({ kind: "bold", inside });
const italic = (...inside: Inline[]): Inline => ({ kind: "italic", inside });
const link = (href: string): Inline => ({ kind: "link", href });

describe("inside a line", () => {
  test.each<[string, Inline[]]>([
    ["plain", [text("plain")]],
    ["*bold*", [bold(text("bold"))]],
    ["_it_ ~gone~", [italic(text("it")), text(" "), { kind: "strike", inside: [text("gone")] }]],
    ["*_both_*", [bold(italic(text("both")))]],
    ["*a _b* c_", [bold(text("a _b")), text(" c_")]],
    ["snake_case_name", [text("snake_case_name")]],
    ["2 * 3 * 4", [text("2 * 3 * 4")]],
    ["*not\nacross*", [text("*not\nacross*")]],
    ["*note this and *bold*", [text("*note this and "), bold(text("bold"))]],
    ["**", [text("**")]],
    ["(*ok*)", [text("("), bold(text("ok")), text(")")]],
    ["`a *b*`", [{ kind: "code", text: "a *b*" }]],
    ["a ` b", [text("a ` b")]],
    ["see https://example.org/a_b_c.", [text("see "), link("https://example.org/a_b_c"), text(".")]],
    ["(https://example.org/a_(b))", [text("("), link("https://example.org/a_(b)"), text(")")]],
    ["*see http://x.org/*", [bold(text("see "), link("http://x.org/"))]],
    ["mailto:bob@example.org kith:abc", [link("mailto:bob@example.org"), text(" "), link("kith:abc")]],
    [
      "javascript:alert(1) data:text/html,x xhttp://x",
      [text("javascript:alert(1) data:text/html,x xhttp://x")],
    ],
    ["mailto: http://", [text("mailto: http://")]],
  ])("%j", (source, inside) => {
    expect(parseMarkup(source)).toEqual([{ kind: "paragraph", inside }]);
  });
});

describe("blocks", () => {
  test("a fence keeps its text as it is", () => {
    expect(parseMarkup("see\n```ts\nlet *a* = 1;\n\n> x\n```\nthere")).toEqual([
      { kind: "paragraph", inside: [text("see")] },
      { kind: "fence", language: "ts", text: "let *a* = 1;\n\n> x" },
      { kind: "paragraph", inside: [text("there")] },
    ]);
  });

  test("a fence that is never closed is text", () => {
    expect(parseMarkup("```\n*a*")).toEqual([
      { kind: "paragraph", inside: [text("```\n"), bold(text("a"))] },
    ]);
  });

  test("quotes hold markup and quotes", () => {
    expect(parseMarkup("> *a*\n> > b\nc")).toEqual([
      {
        kind: "quote",
        inside: [
          { kind: "paragraph", inside: [bold(text("a"))] },
          { kind: "quote", inside: [{ kind: "paragraph", inside: [text("b")] }] },
        ],
      },
      { kind: "paragraph", inside: [text("c")] },
    ]);
  });

  test("quotes nest as deep as allowed, and what is deeper is text", () => {
    const depth = (blocks: readonly Block[]): number =>
      Math.max(0, ...blocks.map((block) => (block.kind === "quote" ? 1 + depth(block.inside) : 0)));
    expect(depth(parseMarkup(`${"> ".repeat(quoteDepthMax)}x`))).toBe(quoteDepthMax);
    const deeper = parseMarkup(`${"> ".repeat(quoteDepthMax + 1)}x`);
    expect(depth(deeper)).toBe(quoteDepthMax);
    expect(write(deeper)).toBe(`${"> ".repeat(quoteDepthMax + 1)}x`);
  });
});

describe("any text", () => {
  const pieces = [
    "*",
    "_",
    "~",
    "`",
    "```",
    "\n",
    "> ",
    " ",
    "a",
    "é",
    "https://x.y",
    "mailto:",
    "(",
    ")",
    ".",
    "```ts",
    "\n```\n",
    "👩‍💻",
    "\u001b",
  ];
  const anyText = fc.oneof(
    fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join("")),
    fc.string({ unit: "binary", maxLength: 80 }),
  );

  test("loses nothing: the tree written down is the text", () => {
    const quoteWithoutSpace = /^((?:> )*)>$/gm;
    fc.assert(
      fc.property(anyText, (source) => {
        const normal = source.replaceAll(quoteWithoutSpace, "$1> ");
        expect(write(parseMarkup(normal))).toBe(normal);
      }),
      { numRuns: 1_000 },
    );
  });

  // Each of these made some parser quadratic: 256 KiB of it have to be read in well under the time that shows.
  test.each([
    "*a ",
    "_*~",
    "`",
    "` ",
    "http://",
    "(http://x)",
    "> ",
    "```\n",
    "```\nx\n",
    "*a*",
    "~*_a_*~ ",
    "\n",
    "mailto:).",
    "*a _b ~c\n",
  ])("%j, over and over, is read in a moment", (piece) => {
    const long = piece.repeat(Math.ceil(262_144 / piece.length));
    const before = process.cpuUsage().user;
    parseMarkup(long);
    expect((process.cpuUsage().user - before) / 1_000).toBeLessThan(1_500);
  });
});
