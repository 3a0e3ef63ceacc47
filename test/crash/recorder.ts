/** Builds the recorder with the system's C compiler, where there is one. */
import { join } from "node:path";
import { buildC } from "../c-program.ts";

/** The library to be preloaded; undefined where it cannot be built. */
export function buildRecorder(folder: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const library = join(folder, "recorder.so");
  const source = join(import.meta.dirname, "recorder.c");
  return buildC(source, library, ["-shared", "-fPIC", "-ldl"]) ? library : undefined;
}
