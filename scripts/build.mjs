/** `npm run build`: bundles the program into dist/, so that a command starts fast and loads only what it uses. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./build/bundle.mjs";
import { publish } from "./build/publish.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const main = join(root, "src", "bin", "kith.ts");

if (existsSync(main)) publish(join(root, "dist"), await bundle(root, main));
else {
  console.error(`There is nothing to build yet: ${main} is missing.`);
  process.exitCode = 1;
}
