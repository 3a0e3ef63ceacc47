/** `npm run setup`: brings this checkout to where `./kith` runs, and opens nothing. Any Node from 18 on runs this file. */
import { howToOpen } from "./setup/hint.mjs";
import { setUpOrExit } from "./setup/or-exit.mjs";
import { thisCheckout } from "./setup/checkout.mjs";

await setUpOrExit(thisCheckout, { build: true });
console.log(howToOpen(thisCheckout));
