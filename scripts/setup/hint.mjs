/** Says how kith is opened once it is set up: in full after `npm run setup`, and once before the chat opens. */
import { existsSync, writeFileSync } from "node:fs";

/** @typedef {import("./checkout.mjs").Checkout} Checkout */

/** @param {Checkout} checkout */
export function howToOpen({ launcher }) {
  return [
    "kith is ready.",
    `  From any directory:   ${shellQuoted(launcher)}`,
    "  In this folder:       ./kith, or npx kith",
    `  To have it as "kith": ln -s ${shellQuoted(launcher)} ~/.local/bin/kith   (any folder on your PATH)`,
  ].join("\n");
}

/** @param {Checkout} checkout */
export function hintOnce(checkout) {
  if (existsSync(checkout.hintStamp)) return;
  console.log(howToOpen(checkout));
  try {
    writeFileSync(checkout.hintStamp, "");
  } catch {
    // A checkout that cannot be written to gets the hint again; no reason to keep the chat shut.
  }
}

/** @param {string} path */
function shellQuoted(path) {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
