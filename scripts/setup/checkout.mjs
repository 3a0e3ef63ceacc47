/** Names the places in a checkout that set-up reads and writes, so that tests can point it at a scratch folder. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** @typedef {ReturnType<typeof checkoutAt>} Checkout */

/** @param {string} root */
export function checkoutAt(root) {
  const state = join(root, ".toolchain");
  return {
    root,
    state,
    /** One line: the Node to use, absolute or relative to the checkout. `./kith` reads it too. */
    nodePath: join(state, "node-path"),
    installStamp: join(state, "installed"),
    buildStamp: join(state, "built"),
    hintStamp: join(state, "hinted"),
    lock: join(state, "lock"),
    lockFile: join(root, "package-lock.json"),
    modules: join(root, "node_modules"),
    program: join(root, "dist", "kith.js"),
    launcher: join(root, "kith"),
  };
}

export const thisCheckout = checkoutAt(
  fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, ""),
);
