/** What a rule of the architecture is: a promise, how it is judged, and examples that prove it can fail. */
import type ts from "typescript";
import { isTest, lineOf, walk } from "./tree.ts";
import type { SourceFile, Tree } from "./tree.ts";

export interface Rule {
  /** Named as a promise: "protocols know nothing but base". */
  readonly promise: string;
  /** One sentence a breach, beginning with where it is. */
  readonly breaches: (tree: Tree) => readonly string[];
  /** Made-up projects, each of which breaks the promise. */
  readonly broken: readonly Texts[];
  /** Made-up projects that come close and keep it. */
  readonly kept?: readonly Texts[];
}

export type Texts = Readonly<Record<string, string>>;

export function breach(file: SourceFile, node: ts.Node, problem: string): string {
  return `${file.path}:${lineOf(file, node.getStart(file.syntax))} ${problem}`;
}

/** A rule that looks at one file at a time and at every node in it. */
export function judgeNodes(
  applies: (path: string) => boolean,
  problemOf: (node: ts.Node, file: SourceFile) => string | undefined,
): Rule["breaches"] {
  return ({ files }) =>
    files
      .filter(({ path }) => applies(path))
      .flatMap((file) => {
        const found: string[] = [];
        walk(file.syntax, (node) => {
          const problem = problemOf(node, file);
          if (problem !== undefined) found.push(breach(file, node, problem));
        });
        return found;
      });
}

export const isSource = (path: string): boolean => path.startsWith("src/");
export const isProduct = (path: string): boolean => isSource(path) && !isTest(path);
