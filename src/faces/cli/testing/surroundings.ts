/** A process for tests: what is typed comes from the test, what is printed goes to it. */
import { PassThrough } from "node:stream";
import type { Parts, Surroundings } from "../parts.ts";
import { runProgram } from "../program.ts";
import { startOfTests } from "./records.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface TestProcess {
  readonly around: Surroundings;
  readonly stdin: PassThrough;
  readonly stdout: PassThrough;
  readonly interrupt: () => void;
  readonly out: () => string;
  readonly err: () => string;
}

export function testProcess(env: Readonly<Record<string, string>> = {}): TestProcess {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const heard = new Set<() => void>();
  const [out, err] = [collected(stdout), collected(stderr)];
  return {
    around: {
      stdin,
      stdout,
      stderr,
      env: { LANG: "en_GB.UTF-8", ...env },
      now: () => startOfTests,
      onInterrupt(listener) {
        heard.add(listener);
        return () => heard.delete(listener);
      },
    },
    stdin,
    stdout,
    interrupt: () => {
      for (const listener of heard) listener();
    },
    out,
    err,
  };
}

function collected(stream: PassThrough): () => string {
  const chunks: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}

/** Runs a command line to its end, with all of its input there at once. */
export async function run(parts: Parts, argv: readonly string[], input = ""): Promise<Ran> {
  const process = testProcess();
  process.stdin.end(input);
  const code = await runProgram(argv, parts, process.around);
  await new Promise(setImmediate);
  return { code, out: process.out(), err: process.err() };
}
