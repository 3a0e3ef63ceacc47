/** The process as the program's surroundings. */
import type { Surroundings } from "./parts.ts";

const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export function processSurroundings(): Surroundings {
  const { stdin, stdout, stderr, env } = process;
  return {
    stdin,
    stdout,
    stderr,
    env,
    now: () => Date.now(),
    onInterrupt(heard) {
      for (const signal of interrupts) process.on(signal, heard);
      return () => {
        for (const signal of interrupts) process.off(signal, heard);
      };
    },
  };
}
