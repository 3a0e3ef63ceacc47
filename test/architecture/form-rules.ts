/** The rules about how a file reads: its first sentence, its length, its name, its words. */
import ts from "typescript";
import { isSource, judgeNodes } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { firstSentence } from "../../scripts/documents/first-sentence.ts";
import { isTest, lineOf, walk } from "./tree.ts";
import type { SourceFile } from "./tree.ts";

export const linesPerFunctionMax = 70;
export const linesPerFileMax = 400;

/** A sentence says something only with a few words. */
const wordsPerSentenceMin = 4;

const opensWithPurpose: Rule = {
  promise: "every file opens with a sentence that says what it is for",
  breaches: ({ files }) =>
    files
      .filter(({ text }) => (firstSentence(text) ?? "").split(" ").length < wordsPerSentenceMin)
      .map(({ path }) => `${path}:1 does not open with a sentence that says what the file is for`),
  broken: [
    { "src/base/a.ts": "export const a = 1;" },
    { "src/base/a.ts": 'import { b } from "./b.ts";\n/** Too late to say what this file is for. */' },
    { "src/base/a.ts": "/** Bytes. */" },
    { "src/base/a.ts": "// eslint-disable-next-line some-rule with many words here" },
    { "scripts/a.mjs": "#!/usr/bin/env node\nconsole.log(1);" },
  ],
  kept: [
    { "src/base/a.ts": "/** Turns bytes into text and back. */\nexport const a = 1;" },
    { "src/base/a.ts": "// Turns bytes into text and back.\nexport const a = 1;" },
    {
      "src/base/a.ts": "/**\n * Turns bytes\n * into text and back. More follows.\n */\nexport const a = 1;",
    },
    { "scripts/a.mjs": "#!/usr/bin/env node\n/** Turns bytes into text and back. */" },
  ],
};

const fitsAScreen: Rule = {
  promise: `a function has at most ${linesPerFunctionMax} lines`,
  breaches: judgeNodes(
    () => true,
    (node, file) => {
      if (!ts.isFunctionLike(node) || (isTest(file.path) && isListOfTests(node))) return undefined;
      const lines = lineOf(file, node.getEnd()) - lineOf(file, node.getStart(file.syntax)) + 1;
      return lines > linesPerFunctionMax ? `is a function of ${lines} lines` : undefined;
    },
  ),
  broken: [
    { "src/base/a.ts": `export function a() {${"\n".repeat(linesPerFunctionMax)}}` },
    { "test/a.test.ts": `it("holds", () => {${"\n".repeat(linesPerFunctionMax)}});` },
  ],
  kept: [
    { "src/base/a.ts": `export function a() {${"\n".repeat(linesPerFunctionMax - 1)}}` },
    { "test/a.test.ts": `describe("a", () => {${"\n".repeat(linesPerFunctionMax)} it.each(b)("c", d); });` },
  ],
};

/** What names tests one after the other, as a `describe` or a contract does, is a list and not read at once. */
function isListOfTests(node: ts.Node): boolean {
  let found = false;
  walk(node, (inner) => {
    found ||=
      inner !== node &&
      ts.isCallExpression(inner) &&
      /^(it|test|describe)\b/.test(inner.expression.getText());
  });
  return found;
}

const hasOneSubject: Rule = {
  promise: `a file has at most ${linesPerFileMax} lines`,
  breaches: ({ files }) =>
    files
      .filter((file) => linesOf(file) > linesPerFileMax)
      .map((file) => `${file.path} has ${linesOf(file)} lines`),
  broken: [{ "src/base/a.ts": "\n".repeat(linesPerFileMax + 1) }],
  kept: [{ "src/base/a.ts": "\n".repeat(linesPerFileMax) }],
};

function linesOf({ text }: SourceFile): number {
  return text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

/** Words that say nothing about what is inside. */
const emptyWords = /^(utils?|helpers?|misc|commons?|managers?|services?|handlers?|data|info)$/;
const properName = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*$/;

const wellNamed: Rule = {
  promise: "files and folders are named after their subject, in kebab case",
  breaches: ({ files }) =>
    files
      .filter(({ path }) => path.split("/").some(isBadName))
      .map(({ path }) => `${path} is not a good name`),
  broken: [
    { "src/base/utils.ts": "" },
    { "src/core/message-helper.ts": "" },
    { "src/common/ids.ts": "" },
    { "src/core/PeopleManager.ts": "" },
    { "src/core/people_list.ts": "" },
    { "src/core/service.test.ts": "" },
  ],
  kept: [{ "src/base/ordered-queue.test.ts": "" }, { "src/store/sqlite/long-query.worker.ts": "" }],
};

function isBadName(name: string): boolean {
  return !properName.test(name) || name.split(/[-.]/).some((word) => emptyWords.test(word));
}

/** What has no place in what we hand to others: places of one machine, notes to oneself. */
const unwelcome: readonly { readonly sign: RegExp; readonly what: string }[] = [
  {
    sign: /(?<![\w./~-])\/(work|root|(home|Users)\/(?!alice|bob|carol|dave|mallory)\w+|workspace)\//,
    what: "a path of one machine",
  },
  {
    sign: /\b(TODO|FIXME|XXX|HACK)\b/,
    what: "a note to oneself; mend it, or write it where the person will find it",
  },
];

const welcomeWords: Rule = {
  promise: "no file speaks of one machine or to oneself",
  breaches: ({ files, others }) => {
    const texts: [string, string][] = [
      ...files.map(({ path, text }): [string, string] => [path, text]),
      ...others,
    ];
    return texts
      .filter(([path]) => !path.startsWith("test/architecture/"))
      .flatMap(([path, text]) =>
        text.split("\n").flatMap((line, index) => judgeLine(`${path}:${index + 1}`, line)),
      );
  },
  broken: [
    { "src/base/a.ts": "// see /work/notes/a.txt" },
    { "README.md": "Look into /home/somebody/kith." },
    { "src/base/a.ts": "// TODO: mend this" },
  ],
  kept: [{ "README.md": "Look into https://example.org/home/a/ and /home/alice/b." }],
};

function judgeLine(place: string, line: string): string[] {
  return unwelcome.filter(({ sign }) => sign.test(line)).map(({ what }) => `${place} holds ${what}`);
}

const documentsNamedExist: Rule = {
  promise: "a document that the code speaks of exists",
  breaches: ({ files, others }) => {
    const documents = new Set([...others.keys()].map((path) => path.split("/").at(-1)));
    return files
      .filter(({ path }) => isSource(path))
      .flatMap(({ path, text }) => namesOfDocuments(text).map((name) => ({ path, name })))
      .filter(({ name }) => !documents.has(name))
      .map(({ path, name }) => `${path} speaks of ${name}, which is not there`);
  },
  broken: [{ "src/base/a.ts": "// see docs/lost.md", "docs/found.md": "" }],
  kept: [{ "src/base/a.ts": "// see docs/found.md, section 2", "docs/found.md": "" }],
};

function namesOfDocuments(text: string): readonly string[] {
  return [...text.matchAll(/[\w-]+\.md\b/g)].map(([name]) => name);
}

export const formRules: readonly Rule[] = [
  opensWithPurpose,
  fitsAScreen,
  hasOneSubject,
  wellNamed,
  welcomeWords,
  documentsNamedExist,
];
