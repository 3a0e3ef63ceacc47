/** `npm run docs`: writes the generated documents again; test/documents.test.ts tells when that is needed. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pages } from "./documents/pages.ts";
import { thisCheckout } from "./setup/checkout.mjs";

for (const { path, write } of pages) {
  const target = join(thisCheckout.root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, await write());
  console.log(path);
}
