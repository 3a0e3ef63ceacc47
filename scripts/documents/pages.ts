/** The one list of generated documents; a page is added by writing a function beside this file and naming it here. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { thisCheckout } from "../setup/checkout.mjs";
import { cliPage } from "./cli-page.ts";
import { apiPage } from "./api-page.ts";
import { configPage } from "./config-page.ts";
import { errorsPage } from "./errors-page.ts";
import { fileTable } from "./file-table.ts";
import { steps } from "../../src/protocols/rooms/peer/states.ts";
import { between } from "./markers.ts";
import { stateDiagram } from "./state-diagram.ts";

export interface Page {
  /** From the project's root. */
  readonly path: string;
  /** The whole page as the code says it should be now; the same code gives the same text, on every machine and day. */
  readonly write: () => Promise<string>;
}

const roomsSpec = "src/protocols/rooms/SPEC.md";

export const pages: readonly Page[] = [
  { path: "ARCHITECTURE.md", write: architecture },
  { path: roomsSpec, write: roomsSpecification },
  { path: "docs/reference/cli.md", write: cliPage },
  { path: "docs/reference/api.md", write: apiPage },
  { path: "docs/reference/config.md", write: configPage },
  { path: "docs/reference/errors.md", write: errorsPage },
];

/** Written by people, but for the table of files. */
function architecture(): Promise<string> {
  const text = readFileSync(join(thisCheckout.root, "ARCHITECTURE.md"), "utf8");
  return Promise.resolve(between(text, "files", fileTable(thisCheckout.root)));
}

/** Written by people, but for the diagram of a peer's states. */
function roomsSpecification(): Promise<string> {
  const text = readFileSync(join(thisCheckout.root, roomsSpec), "utf8");
  return Promise.resolve(between(text, "states", `\n${stateDiagram(steps, "start")}\n`));
}
