/** The rules about types: nothing that switches the compiler off, nothing that Node cannot strip. */
import ts from "typescript";
import { isProduct, judgeNodes } from "./rule.ts";
import type { Rule } from "./rule.ts";

/** A brand is given to what was just validated; its name says what kind of value it is. */
const brand = /^\w+(Id|Name|Number|Key|Token)$/;

/** Casts that stay, each with its reason; the text of the cast as it stands in the file. */
export const allowedCasts: readonly {
  readonly path: string;
  readonly cast: string;
  readonly reason: string;
}[] = [
  {
    path: "src/api/client.ts",
    cast: "as Answer<Name>",
    reason: "the daemon keeps to the table of methods; a schema would load zod into every command",
  },
  { path: "src/api/client.ts", cast: "as Incoming", reason: "the same: the daemon's own texts" },
  {
    path: "src/api/server.ts",
    cast: "as Checked<Name>",
    reason:
      "what the method's own schema has just passed; the compiler cannot tie a table's entry to its name",
  },
  {
    path: "src/daemon/config.ts",
    cast: "as ProgramValue<Key>",
    reason: "what the key's own schema has passed",
  },
  {
    path: "src/daemon/loop.ts",
    cast: "as Promise<CommandResults[Kind]>",
    reason: "the core answers each command with the result of its kind",
  },
  {
    path: "src/store/sqlite/rows.ts",
    cast: "as Shape",
    reason: "what the same file wrote; of a damaged database the shape is all that can be judged here",
  },
  {
    path: "src/store/sqlite/long-query.worker.ts",
    cast: "as Opening",
    reason: "what long-queries.ts of the same build hands over",
  },
];

const noAny: Rule = {
  promise: "nothing is of type any",
  breaches: judgeNodes(
    () => true,
    (node) => (node.kind === ts.SyntaxKind.AnyKeyword ? "says any" : undefined),
  ),
  broken: [
    { "src/base/a.ts": "export const a: any = 1;" },
    { "test/contracts/a.ts": "export const a = (b: any[]) => b;" },
  ],
  kept: [{ "src/base/a.ts": "export const any = 1; // any" }],
};

const noNonNull: Rule = {
  promise: "nothing is declared present by an exclamation mark",
  breaches: judgeNodes(
    () => true,
    (node) =>
      ts.isNonNullExpression(node) || (ts.isPropertyDeclaration(node) && node.exclamationToken !== undefined)
        ? "uses an exclamation mark"
        : undefined,
  ),
  broken: [{ "src/base/a.ts": "export const b = a!.c;" }, { "src/base/a.ts": "class A { b!: number; }" }],
  kept: [{ "src/base/a.ts": "export const b = !a && a !== c;" }],
};

const erasable: Rule = {
  promise: "types can be erased: no enums, no namespaces, no parameter properties",
  breaches: judgeNodes(() => true, problemOfErasing),
  broken: [
    { "src/base/a.ts": "enum A { b }" },
    { "src/base/a.ts": "namespace A { export const b = 1; }" },
    { "src/base/a.ts": "class A { constructor(private readonly b: number) {} }" },
  ],
  kept: [{ "src/base/a.ts": "class A { readonly #b: number; constructor(b: number) { this.#b = b; } }" }],
};

function problemOfErasing(node: ts.Node): string | undefined {
  if (ts.isEnumDeclaration(node)) return "declares an enum; a union of texts says the same";
  if (ts.isModuleDeclaration(node)) return "declares a namespace";
  if (ts.isParameter(node) && ts.isParameterPropertyDeclaration(node, node.parent))
    return "has a parameter property";
  return undefined;
}

const noCasts: Rule = {
  promise: "nothing is cast, but to a brand",
  breaches: judgeNodes(isProduct, (node, file) => {
    if (ts.isTypeAssertionExpression(node)) return "casts with angle brackets";
    if (!ts.isAsExpression(node) || isBrandOrConst(node.type)) return undefined;
    const text = `as ${node.type.getText(file.syntax)}`;
    const isAllowed = allowedCasts.some(({ path, cast }) => path === file.path && cast === text);
    return isAllowed
      ? undefined
      : `casts "${text}"; validate instead, or list it with its reason in allowedCasts`;
  }),
  broken: [
    { "src/base/a.ts": "export const a = b as string;" },
    { "src/base/a.ts": "export const a = <string>b;" },
    { "src/base/a.ts": "export const a = b as unknown as PersonId;" },
  ],
  kept: [
    { "src/base/a.ts": 'export const a = b as PersonId; export const c = ["d"] as const;' },
    { "src/base/a.test.ts": "export const a = b as string;" },
  ],
};

function isBrandOrConst(type: ts.TypeNode): boolean {
  if (!ts.isTypeReferenceNode(type) || !ts.isIdentifier(type.typeName)) return false;
  return type.typeName.text === "const" || brand.test(type.typeName.text);
}

export const typeRules: readonly Rule[] = [noAny, noNonNull, erasable, noCasts];
