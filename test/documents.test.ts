/** Holds the documents to the code: generated pages are what the code says, and every link leads somewhere. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deadLinks } from "../scripts/documents/links.ts";
import { pages } from "../scripts/documents/pages.ts";
import { thisCheckout } from "../scripts/setup/checkout.mjs";
import { readTree } from "./architecture/tree.ts";

const { root } = thisCheckout;

describe.each(pages)("$path", ({ path, write }) => {
  it("is what the code says", async () => {
    const file = join(root, path);
    const text = existsSync(file) ? readFileSync(file, "utf8") : "";
    expect(text, `${path} is out of date: run npm run docs`).toBe(await write());
  });

  it("comes out the same twice", async () => {
    expect(await write()).toBe(await write());
  });
});

describe("documents", () => {
  it("link only to what is there", () => {
    const texts = new Map([...readTree(root).others].filter(([path]) => path.endsWith(".md")));
    expect(deadLinks({ texts, exists: (path) => existsSync(join(root, path)) })).toEqual([]);
  });
});
