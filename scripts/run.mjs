/** Runs one of the project's own tools under the right Node, whatever Node the person has: `node scripts/run.mjs <file or tool> [arguments]`. */
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { thisCheckout } from "./setup/checkout.mjs";
import { setUpOrExit } from "./setup/or-exit.mjs";
import { takeOverBy } from "./setup/take-over.mjs";

const [tool = "", ...args] = process.argv.slice(2);
const node = await setUpOrExit(thisCheckout, { build: false });
const bins = join(thisCheckout.modules, ".bin");
const installed = join(bins, tool);
const path = [dirname(node), bins, process.env["PATH"] ?? ""].join(delimiter);
takeOverBy(node, [existsSync(installed) ? installed : tool, ...args], { ...process.env, PATH: path });
