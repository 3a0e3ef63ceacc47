#!/usr/bin/env node
/** The `kith` that npm links (`npx kith`, `npm i -g`): finds the Node that set-up chose; the Node that runs this may be an old one. */
import { existsSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { thisCheckout } from "./setup/checkout.mjs";
import { takeOverBy } from "./setup/take-over.mjs";
import { isRecent, nodeMajorMin, settledNode } from "./setup/toolchain.mjs";

const { program, root } = thisCheckout;
const node = isRecent(process.version) ? process.execPath : settledNode(thisCheckout);
if (!existsSync(program)) refuse(`kith is not set up yet: run "npm start" (or "npm run setup") in ${root}`);
else if (node === undefined)
  refuse(
    `kith needs Node ${nodeMajorMin} or newer, this is ${process.versions.node}. Run "npm run setup" in ${root}`,
  );
else if (node === process.execPath) await import(pathToFileURL(program).href);
else takeOverBy(node, [program, ...process.argv.slice(2)]);

/** @param {string} why */
function refuse(why) {
  console.error(why);
  process.exitCode = 1;
}
