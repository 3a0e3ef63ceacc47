/** `npm start`: sets up what is missing, then opens the chat; arguments after `--` are kith's. Any Node from 18 on runs this file. */
import { thisCheckout } from "./setup/checkout.mjs";
import { hintOnce } from "./setup/hint.mjs";
import { setUpOrExit } from "./setup/or-exit.mjs";
import { takeOverBy } from "./setup/take-over.mjs";

const node = await setUpOrExit(thisCheckout, { build: true });
hintOnce(thisCheckout);
const args = process.argv.slice(2);
// The shell launcher on purpose: what is opened here is what opens everywhere. Windows has no shell for it.
if (process.platform === "win32") takeOverBy(node, [thisCheckout.program, ...args]);
else takeOverBy(thisCheckout.launcher, args);
