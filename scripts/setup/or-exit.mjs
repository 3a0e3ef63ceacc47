/** What every command shares: set up first, or tell the person why that failed and end with 1. */
import { SetUpProblem } from "./problem.mjs";
import { setUp } from "./set-up.mjs";

/**
 * @param {import("./checkout.mjs").Checkout} checkout
 * @param {import("./set-up.mjs").Wish} wish
 * @returns {Promise<string>} the Node to use
 */
export async function setUpOrExit(checkout, wish) {
  try {
    return await setUp(checkout, wish);
  } catch (thrown) {
    if (!(thrown instanceof SetUpProblem)) throw thrown;
    console.error(`\n${String(thrown)}`);
    process.exit(1);
  }
}
