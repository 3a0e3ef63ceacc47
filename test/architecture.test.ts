/** Holds the source to the architecture: every rule is kept by the project, and every rule is shown to be able to fail. */
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { formRules } from "./architecture/form-rules.ts";
import { importRules } from "./architecture/import-rules.ts";
import { purityRules } from "./architecture/purity-rules.ts";
import { readTree, treeOf } from "./architecture/tree.ts";
import { typeRules } from "./architecture/type-rules.ts";

const project = readTree(join(import.meta.dirname, ".."));
const rules = [...importRules, ...purityRules, ...typeRules, ...formRules];

describe.each(rules)("$promise", ({ breaches, broken, kept = [] }) => {
  it("in this project", () => {
    expect(breaches(project)).toEqual([]);
  });

  it("and a project that breaks it is found out", () => {
    expect(broken.length).toBeGreaterThan(0);
    for (const texts of broken) expect(breaches(treeOf(texts)), JSON.stringify(texts)).not.toEqual([]);
  });

  it("and a project that keeps it is left alone", () => {
    for (const texts of kept) expect(breaches(treeOf(texts)), JSON.stringify(texts)).toEqual([]);
  });
});
