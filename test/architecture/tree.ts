/** The project's files as the architecture's rules see them: paths, texts and syntax trees, read from disk or made up by a test. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

export interface SourceFile {
  /** From the project's root, with forward slashes: "src/base/bytes.ts". */
  readonly path: string;
  readonly text: string;
  readonly syntax: ts.SourceFile;
}

export interface Tree {
  /** Every program file: .ts, .tsx and .mjs under src, test, scripts and bench. */
  readonly files: readonly SourceFile[];
  /** Every file's text that is not a program: documents, package.json. */
  readonly others: ReadonlyMap<string, string>;
}

const programFolders = ["src", "test", "scripts", "bench"];
const program = /\.(ts|tsx|mjs)$/;
const other = /(\.md|^package\.json)$/;
const notOurs = /(^|\/)(node_modules|dist|coverage|fixtures|vectors|\.toolchain|\.git)$/;

export function readTree(root: string): Tree {
  const texts: Record<string, string> = {};
  for (const path of pathsUnder(root, ""))
    if (program.test(path) ? isOurProgram(path) : other.test(path))
      texts[path] = readFileSync(join(root, path), "utf8");
  return treeOf(texts);
}

export function treeOf(texts: Readonly<Record<string, string>>): Tree {
  const all = Object.entries(texts);
  return {
    files: all.filter(([path]) => program.test(path)).map(([path, text]) => parse(path, text)),
    others: new Map(all.filter(([path]) => !program.test(path))),
  };
}

function isOurProgram(path: string): boolean {
  return programFolders.some((folder) => path.startsWith(`${folder}/`)) && !path.endsWith(".d.ts");
}

function parse(path: string, text: string): SourceFile {
  return { path, text, syntax: ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true) };
}

function pathsUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (!entry.isDirectory()) return [path];
    return notOurs.test(path) ? [] : pathsUnder(root, path);
  });
}

/** Calls `visit` for the node and everything below it. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

export function lineOf(file: SourceFile, position: number): number {
  return file.syntax.getLineAndCharacterOfPosition(position).line + 1;
}

/** Tests, and what tests share: `testing.ts` or a folder `testing` beside them, or anything under test/. */
export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.startsWith("test/") || /\/testing(\.ts$|\/)/.test(path);
}
