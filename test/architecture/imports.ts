/** Reads what each file imports: static, dynamic and type imports alike. */
import { posix } from "node:path";
import ts from "typescript";
import { walk } from "./tree.ts";
import type { SourceFile } from "./tree.ts";

export interface Import {
  readonly from: SourceFile;
  readonly node: ts.Node;
  /** The project's path of a relative import, else the specifier as written. */
  readonly target: string;
  readonly isRelative: boolean;
  readonly isTypeOnly: boolean;
}

export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = [];
  walk(file.syntax, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) found.push(toImport(file, node, specifier));
  });
  return found;
}

/** The package a bare specifier names: "zod/v4" is "zod", "@hpke/core" stays whole. */
export function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function toImport(from: SourceFile, node: ts.Node, specifier: string): Import {
  const isRelative = specifier.startsWith(".");
  const target = isRelative ? posix.join(posix.dirname(from.path), specifier) : specifier;
  return { from, node, target, isRelative, isTypeOnly: isTypeOnly(node) };
}

function specifierOf(node: ts.Node): string | undefined {
  const expression = specifierNodeOf(node);
  return expression !== undefined && ts.isStringLiteralLike(expression) ? expression.text : undefined;
}

function specifierNodeOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
    return node.arguments[0];
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) return node.argument.literal;
  return undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node) || node.importClause === undefined) return false;
  const { phaseModifier, name, namedBindings } = node.importClause;
  if (phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const named = namedBindings !== undefined && ts.isNamedImports(namedBindings) ? namedBindings.elements : [];
  return name === undefined && named.length > 0 && named.every((element) => element.isTypeOnly);
}
