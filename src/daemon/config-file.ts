/** Reads config.toml: tables put together to dotted keys. */
import { readFile } from "node:fs/promises";
import { KithError, problemOf } from "../base/errors.ts";
import type { Source } from "./config.ts";

/** Nobody writes so much by hand: it is another file. */
const bytesMax = 1024 * 1024;

/** Nothing when there is no file. */
export async function readConfigFile(path: string): Promise<Source> {
  const text = await contents(path);
  if (text === undefined) return {};
  if (text.length > bytesMax)
    throw new KithError("config-unreadable", { file: path, problem: "it is too long" });
  const { parse, TomlError } = await import("smol-toml");
  try {
    return Object.fromEntries(flat(parse(text)));
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [sentence = ""] = error.message.split("\n");
    const problem = `line ${error.line}, column ${error.column}: ${sentence}`;
    throw new KithError("config-unreadable", { file: path, problem }, error);
  }
}

async function contents(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw new KithError("config-unreadable", { file: path, problem: problemOf(error) }, error);
  }
}

function flat(
  table: Readonly<Record<string, unknown>>,
  prefix = "",
): readonly (readonly [string, unknown])[] {
  return Object.entries(table).flatMap(([key, value]) =>
    isTable(value) ? flat(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as const],
  );
}

function isTable(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
