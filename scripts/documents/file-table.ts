/** Makes the table of files from the sentence that each file opens with. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { firstSentence } from "./first-sentence.ts";
import { table } from "./markdown.ts";

const folders = ["src", "scripts", "test", "bench"];
const listed = /(?<!\.test|\.d)\.(ts|tsx|mjs)$/;

/** One table a folder, in the order of their paths; tests stand beside what they test and are not listed. */
export function fileTable(root: string): string {
  const paths = folders.flatMap((folder) => pathsUnder(root, folder));
  const byFolder = Map.groupBy(paths, (path) => dirname(path));
  const parts = [...byFolder]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, files]) => part(root, folder, files));
  // The formatter would align the columns, and one long name would change every line.
  return ["<!-- prettier-ignore-start -->", ...parts, "<!-- prettier-ignore-end -->"].join("\n\n");
}

function part(root: string, folder: string, paths: readonly string[]): string {
  const rows = paths.map((path) => [
    `[${basename(path)}](${path})`,
    firstSentence(readFileSync(join(root, path), "utf8")) ?? "",
  ]);
  return `### ${folder}\n\n${table(["file", "what it is for"], rows)}`;
}

function pathsUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const paths = readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "fixtures" ? [] : pathsUnder(root, path);
    return listed.test(entry.name) ? [path] : [];
  });
  return paths.sort();
}
