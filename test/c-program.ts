/** Builds what tests need in C with the system's compiler, where there is one. */
import { spawnSync } from "node:child_process";

const compilers = ["cc", "gcc", "clang"];

/** Whether it was built: `source` into `target`. */
export function buildC(source: string, target: string, options: readonly string[] = []): boolean {
  return compilers.some(
    (compiler) => spawnSync(compiler, ["-O1", "-o", target, source, ...options]).status === 0,
  );
}
