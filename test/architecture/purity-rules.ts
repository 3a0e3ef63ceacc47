/** The rules about the pure layers and about state: no clock, no dice, nothing that two users of a module would share. */
import ts from "typescript";
import { isProduct, judgeNodes } from "./rule.ts";
import type { Rule } from "./rule.ts";

const pureFolders = /^src\/(base|protocols|core|networks|store\/memory|servers|sim)\//;

/** Names of the world outside; `crypto` and `process` are also plain words, so those count only where something is taken from them. */
const worldly = new Set([
  "Date",
  "performance",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "globalThis",
  "Buffer",
  "fetch",
  "require",
]);
const worldlyMembers =
  /^(Math\.random|process\.\w+|crypto\.(getRandomValues|randomUUID|randomBytes|subtle)|import\.meta)$/;

const noClockNoDice: Rule = {
  promise: "pure layers are given the time and randomness, and take nothing from the world",
  breaches: judgeNodes(
    (path) => pureFolders.test(path) && isProduct(path),
    (node, file) => {
      if (ts.isIdentifier(node) && worldly.has(node.text) && !isMerelyNamed(node)) return `uses ${node.text}`;
      if (!ts.isPropertyAccessExpression(node)) return undefined;
      const text = node.getText(file.syntax);
      return worldlyMembers.test(text) ? `uses ${text}` : undefined;
    },
  ),
  broken: [
    { "src/core/a.ts": "export const now = Date.now();" },
    { "src/core/a.ts": "export const now = () => new Date();" },
    { "src/base/a.ts": "export const dice = Math.random();" },
    { "src/base/a.ts": "const { random } = globalThis.Math;" },
    { "src/protocols/lan/a.ts": "setTimeout(() => undefined, 5);" },
    { "src/sim/a.ts": "export const id = crypto.randomUUID();" },
    { "src/networks/lan/a.ts": "export const run = () => queueMicrotask(later);" },
    { "src/servers/rooms/a.ts": "export const home = process.env;" },
  ],
  kept: [
    { "src/core/a.ts": "export const a = (message: { Date: string }) => message.Date;" },
    { "src/core/a.ts": "export const a = (crypto: Crypto) => crypto.sha256(bytes); // not Date.now()" },
    { "src/core/a.test.ts": "export const a = Date.now();" },
    { "src/io/clock.ts": "export const a = Date.now();" },
  ],
};

/** A name of a member or of a property: `x.Date`, `{ Date: 1 }`. */
function isMerelyNamed(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isPropertyDeclaration(parent)) &&
    parent.name === node
  );
}

const noSharedState: Rule = {
  promise: "no module keeps state",
  breaches: judgeNodes(isProduct, (node) => {
    if (ts.isVariableDeclaration(node) && isOfModule(node)) return problemOfVariable(node);
    return ts.isPropertyDeclaration(node) ? problemOfStatic(node) : undefined;
  }),
  broken: [
    { "src/core/a.ts": "let count = 0;" },
    { "src/core/a.ts": "export var count = 0;" },
    { "src/core/a.ts": "const seen = new Map<string, number>();" },
    { "src/core/a.ts": "const seen: Set<string> = new Set();" },
    { "src/core/a.ts": "const waiting: string[] = [];" },
    { "src/core/a.ts": "const waiting: Record<string, string> = {};" },
    { "src/core/a.ts": "class A { static count = 0; }" },
    { "src/core/a.ts": "class A { static readonly #seen = new Map(); }" },
  ],
  kept: [
    { "src/core/a.ts": 'const names: ReadonlyMap<string, string> = new Map([["a", "b"]]);' },
    {
      "src/core/a.ts": "export function a() { let count = 0; const seen = new Set(); return [count, seen]; }",
    },
    { "src/core/a.ts": "const none: readonly string[] = []; class A { static readonly max = 5; }" },
    {
      "src/core/a.ts":
        "const nothing = z.strictObject({}); const empty: Readonly<Record<string, string>> = {};",
    },
  ],
};

function isOfModule(node: ts.VariableDeclaration): boolean {
  return ts.isVariableStatement(node.parent.parent) && ts.isSourceFile(node.parent.parent.parent);
}

function problemOfVariable(node: ts.VariableDeclaration): string | undefined {
  const name = node.name.getText();
  if ((node.parent.flags & ts.NodeFlags.Const) === 0) return `keeps ${name} for the whole module`;
  return isMutable(node.initializer, node.type)
    ? `keeps ${name}, which can change, for the whole module`
    : undefined;
}

function problemOfStatic(node: ts.PropertyDeclaration): string | undefined {
  const kinds = new Set((node.modifiers ?? []).map(({ kind }) => kind));
  if (!kinds.has(ts.SyntaxKind.StaticKeyword)) return undefined;
  const isReadonly = kinds.has(ts.SyntaxKind.ReadonlyKeyword);
  return isReadonly && !isMutable(node.initializer, node.type) ? undefined : "keeps state in a static member";
}

/** An empty collection is there to be filled, unless its type says that it never is. */
function isMutable(initial: ts.Expression | undefined, type: ts.TypeNode | undefined): boolean {
  if (initial === undefined || /^readonly/i.test(type?.getText() ?? "")) return false;
  if (ts.isArrayLiteralExpression(initial)) return initial.elements.length === 0;
  if (ts.isObjectLiteralExpression(initial)) return initial.properties.length === 0;
  return (
    ts.isNewExpression(initial) && /^(Map|Set|WeakMap|WeakSet|Array)$/.test(initial.expression.getText())
  );
}

export const purityRules: readonly Rule[] = [noClockNoDice, noSharedState];
