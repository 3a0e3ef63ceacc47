/** The rules about imports: who may import whom, which packages where, no circles, nothing left over. */
import { importsOf, packageOf } from "./imports.ts";
import type { Import } from "./imports.ts";
import { entryOf, fits, layerOf, packages, testsMayAlso } from "./layers.ts";
import { breach, isProduct, isSource } from "./rule.ts";
import type { Rule } from "./rule.ts";
import { isTest } from "./tree.ts";
import type { SourceFile, Tree } from "./tree.ts";

/** Packages that tests use; they are not shipped. */
const testPackages = [
  "vitest",
  "fast-check",
  "@hpke/core",
  "@hpke/chacha20poly1305",
  "@lydell/node-pty",
  "@xterm/headless",
];

function importsIn(tree: Tree, applies: (path: string) => boolean): readonly Import[] {
  return tree.files.filter(({ path }) => applies(path)).flatMap(importsOf);
}

const everyFileHasALayer: Rule = {
  promise: "every source file belongs to a layer",
  breaches: ({ files }) =>
    files
      .filter(({ path }) => isSource(path) && layerOf(path) === undefined)
      .map(({ path }) => `${path} belongs to no layer (see test/architecture/layers.ts)`),
  broken: [{ "src/networks/loose.ts": "" }, { "src/shared/list.ts": "" }, { "src/main.ts": "" }],
  kept: [{ "src/networks/lan/network.ts": "" }, { "src/protocols/machine.ts": "" }],
};

const matrix: Rule = {
  promise: "every layer imports only what its row allows",
  breaches: (tree) =>
    importsIn(tree, isSource)
      .filter(({ isRelative }) => isRelative)
      .flatMap(judgeLayers),
  broken: [
    { "src/base/bytes.ts": 'import { x } from "../core/model.ts";' },
    { "src/protocols/lan/codec.ts": 'import { x } from "../mesh/codec.ts";' },
    { "src/core/chat.ts": 'import type { X } from "../protocols/machine.ts";' },
    { "src/api/methods.ts": 'import { x } from "../core/model.ts";' },
    { "src/api/methods.ts": 'export { x } from "../core/model.ts";' },
    { "src/io/drive.ts": 'import type { X } from "../core/model.ts";' },
    { "src/store/memory/store.ts": 'import { x } from "../../io/clock.ts";' },
    { "src/networks/lan/network.ts": 'import { x } from "../../core/model.ts";' },
    { "src/networks/lan/network.ts": 'import { x } from "../../protocols/mesh/codec.ts";' },
    { "src/networks/lan/network.ts": 'import { x } from "../mesh/network.ts";' },
    { "src/networks/lan/network.ts": 'import { x } from "../../io/drive.ts";' },
    { "src/servers/rooms/server.ts": 'import type { X } from "../registry/server.ts";' },
    { "src/daemon/compose.ts": 'import { x } from "../protocols/lan/codec.ts";' },
    { "src/daemon/compose.ts": 'import { version } from "../../package.json";' },
    { "src/faces/cli/program.ts": 'import type { X } from "../../core/model.ts";' },
    { "src/faces/cli/program.ts": 'const x = await import("../terminal/screen.ts");' },
    { "src/sim/world.ts": 'import { x } from "../io/drive.ts";' },
    { "src/bin/kith.ts": 'const x = await import("../core/chat.ts");' },
    { "src/base/bytes.ts": 'type X = import("../core/model.ts").X;' },
    { "src/base/bytes.ts": 'import { x } from "../../test/contracts/store.ts";' },
    { "src/base/bytes.test.ts": 'import { x } from "../core/chat.ts";' },
    { "src/faces/cli/chat.ts": 'import { x } from "./testing/terminal.ts";' },
  ],
  kept: [
    { "src/networks/lan/network.ts": 'import type { X } from "../../core/model.ts";' },
    { "src/networks/lan/network.ts": 'import { x } from "../../protocols/lan/machine.ts";' },
    { "src/api/methods.ts": 'import { type X } from "../core/model.ts";' },
    { "src/faces/cli/program.ts": 'import { x } from "../model/screen.ts";' },
    { "src/store/sqlite/store.ts": 'import { x } from "../../io/clock.ts";' },
    { "src/bin/kith.ts": 'const x = await import("../daemon/compose.ts");' },
    { "src/core/chat.test.ts": 'import { x } from "../store/memory/store.ts";' },
    { "src/core/chat.test.ts": 'import { x } from "../../test/contracts/store.ts";' },
  ],
};

function judgeLayers({ from, node, target, isTypeOnly }: Import): string[] {
  const layer = layerOf(from.path);
  if (layer === undefined) return [];
  // The program's version stands there and nowhere else.
  if (target === "package.json" && layer === "bin") return [];
  if (isTest(target) && !isTest(from.path))
    return [breach(from, node, `is no test and may not import ${target}`)];
  const targetLayer = target.startsWith("src/") ? layerOf(target) : undefined;
  if (targetLayer === undefined)
    return isTest(from.path) && target.startsWith("test/")
      ? []
      : [breach(from, node, `may not import ${target}`)];
  const may = ["base", layer, ...(entryOf(layer)?.may ?? []), ...(isTest(from.path) ? testsMayAlso : [])];
  const isAllowed = may.some((pattern) =>
    pattern.startsWith("types:")
      ? isTypeOnly && fits(pattern.slice("types:".length), targetLayer, layer)
      : fits(pattern, targetLayer, layer),
  );
  return isAllowed ? [] : [breach(from, node, `${layer} may not import ${targetLayer} (${target})`)];
}

const packagesInPlace: Rule = {
  promise: "every package is imported only by its own layers",
  breaches: (tree) =>
    importsIn(tree, isSource)
      .filter(({ isRelative }) => !isRelative)
      .flatMap(judgePackage),
  broken: [
    { "src/core/chat.ts": 'import * as z from "zod";' },
    { "src/store/memory/store.ts": 'import Database from "better-sqlite3-multiple-ciphers";' },
    { "src/io/log.ts": 'import x from "left-pad";' },
    { "src/core/chat.ts": 'import { x } from "vitest";' },
    { "src/api/client.ts": 'import { createConnection } from "node:net";' },
  ],
  kept: [
    { "src/networks/lan/settings.ts": 'import * as z from "zod/v4";' },
    { "src/core/chat.test.ts": 'import { expect } from "vitest"; import { readFileSync } from "node:fs";' },
    { "src/io/drive.ts": 'import { createConnection } from "node:net";' },
    { "src/faces/cli/testing/terminal.ts": 'import { Terminal } from "@xterm/headless";' },
  ],
};

function judgePackage({ from, node, target }: Import): string[] {
  const layer = layerOf(from.path) ?? "";
  const name = packageOf(target);
  if (isTest(from.path) && (target.startsWith("node:") || testPackages.includes(name))) return [];
  if (target.startsWith("node:"))
    return entryOf(layer)?.node === true ? [] : [breach(from, node, `${layer} may not use ${target}`)];
  const isAllowed = packages[name]?.some((pattern) => fits(pattern, layer)) ?? false;
  return isAllowed ? [] : [breach(from, node, `${layer} may not use the package ${name}`)];
}

const packagesListed: Rule = {
  promise: "the list of packages is what package.json depends on",
  breaches: ({ others }) => {
    const text = others.get("package.json");
    if (text === undefined) return [];
    const { dependencies = {} }: { dependencies?: Record<string, string> } = JSON.parse(text) as Manifest;
    const missing = Object.keys(dependencies).filter((name) => !(name in packages));
    const extra = Object.keys(packages).filter((name) => !(name in dependencies));
    const ranges = Object.entries(dependencies).filter(([, version]) => !/^\d/.test(version));
    return [
      ...missing.map(
        (name) => `package.json depends on ${name}, which test/architecture/layers.ts gives to no layer`,
      ),
      ...extra.map(
        (name) => `test/architecture/layers.ts lists ${name}, which package.json does not depend on`,
      ),
      ...ranges.map(([name, version]) => `package.json does not pin ${name} (${version})`),
    ];
  },
  broken: [
    { "package.json": JSON.stringify({ dependencies: {} }) },
    { "package.json": JSON.stringify({ dependencies: { ...allPinned(), "left-pad": "1.3.0" } }) },
    { "package.json": JSON.stringify({ dependencies: { ...allPinned(), zod: "^4.0.0" } }) },
  ],
  kept: [{ "package.json": JSON.stringify({ dependencies: allPinned() }) }],
};

interface Manifest {
  readonly dependencies?: Record<string, string>;
}

function allPinned(): Record<string, string> {
  return Object.fromEntries(Object.keys(packages).map((name) => [name, "1.0.0"]));
}

const noCircles: Rule = {
  promise: "no file imports itself, however far round",
  breaches: (tree) => circles(graphOf(tree)),
  broken: [
    { "src/core/a.ts": 'import { b } from "./b.ts";', "src/core/b.ts": 'import type { a } from "./a.ts";' },
    {
      "src/core/a.ts": 'import { b } from "./b.ts";',
      "src/core/b.ts": 'import { c } from "./c.ts";',
      "src/core/c.ts": 'const a = import("./a.ts");',
    },
  ],
  kept: [
    {
      "src/core/a.ts": 'import { b } from "./b.ts"; import { c } from "./c.ts";',
      "src/core/b.ts": 'import { c } from "./c.ts";',
      "src/core/c.ts": "export const c = 1;",
    },
  ],
};

type Graph = ReadonlyMap<string, readonly string[]>;

function graphOf(tree: Tree): Graph {
  return new Map(
    tree.files.map((file) => [
      file.path,
      importsOf(file)
        .filter(({ isRelative }) => isRelative)
        .map(({ target }) => target),
    ]),
  );
}

function circles(graph: Graph): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push(`${[...trail.slice(start), path].join(" -> ")} is a circle`);
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}

const nothingLeftOver: Rule = {
  promise: "every source file is reached from the program, a worker, a contract or a scenario",
  breaches: (tree) => {
    const roots = tree.files.map(({ path }) => path).filter(isRoot);
    if (!roots.includes("src/bin/kith.ts")) return [];
    const reached = reachedFrom(roots, graphOf(tree));
    const unreached = tree.files.filter(({ path }) => isProduct(path) && !reached.has(path));
    return unreached.map(({ path }: SourceFile) => `${path} is reached from nowhere`);
  },
  broken: [{ "src/bin/kith.ts": "", "src/base/bytes.ts": "" }],
  kept: [
    {
      "src/bin/kith.ts": 'const x = await import("../base/a.ts");',
      "src/base/a.ts": 'import "./b.ts";',
      "src/base/b.ts": "",
    },
    {
      "src/bin/kith.ts": "",
      "src/store/sqlite/long.worker.ts": 'import "./a.ts";',
      "src/store/sqlite/a.ts": "",
    },
    { "src/bin/kith.ts": "", "test/contracts/x.ts": 'import "../../src/base/a.ts";', "src/base/a.ts": "" },
  ],
};

function isRoot(path: string): boolean {
  return (
    path === "src/bin/kith.ts" || path.endsWith(".worker.ts") || /^test\/(contracts|scenarios)\//.test(path)
  );
}

function reachedFrom(roots: readonly string[], graph: Graph): ReadonlySet<string> {
  const reached = new Set<string>();
  const waiting = [...roots];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (reached.has(path)) continue;
    reached.add(path);
    waiting.push(...(graph.get(path) ?? []));
  }
  return reached;
}

export const importRules: readonly Rule[] = [
  everyFileHasALayer,
  matrix,
  packagesInPlace,
  packagesListed,
  noCircles,
  nothingLeftOver,
];
