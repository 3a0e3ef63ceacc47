/** `npm test`: sets up what is missing, then checks, builds and tests everything. Any Node from 18 on runs this file. */
import { join } from "node:path";
import { thisCheckout } from "./setup/checkout.mjs";
import { setUpOrExit } from "./setup/or-exit.mjs";
import { takeOverBy } from "./setup/take-over.mjs";

const node = await setUpOrExit(thisCheckout, { build: false });
takeOverBy(node, [join(thisCheckout.root, "scripts", "test", "everything.mjs"), ...process.argv.slice(2)]);
