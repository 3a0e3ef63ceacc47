/** Builds the recorder with the system's C compiler, where there is one. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

/** The library to be preloaded; undefined where it cannot be built. */
export function buildRecorder(folder: string): string | undefined {
  if (process.platform !== "linux") return undefined;
  const library = join(folder, "recorder.so");
  const source = join(import.meta.dirname, "recorder.c");
  const compilers = ["cc", "gcc", "clang"];
  const built = compilers.some(
    (compiler) =>
      spawnSync(compiler, ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]).status === 0,
  );
  return built ? library : undefined;
}
