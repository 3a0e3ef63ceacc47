/** A daemon that nobody watches: started by a command, told what it needs through a pipe, and left alone. */
import { closeSync, writeSync } from "node:fs";
import * as z from "zod";
import { toWireError } from "../api/wire.ts";
import { KithError, problemOf } from "../base/errors.ts";
import { outcomeDescriptor } from "./background-order.ts";
import type { Order, Outcome } from "./background-order.ts";
import { runDaemon } from "./run.ts";

const order: z.ZodType<Order> = z.object({
  where: z.object({ home: z.string().exactOptional(), profile: z.string().exactOptional() }),
  set: z.record(z.string(), z.string()),
  passphrase: z.string().exactOptional(),
});

/** Reads its order from standard input. Resolves with the exit code. */
export async function runInBackground(version: string): Promise<number> {
  const { where, set, passphrase } = order.parse(JSON.parse(await everythingOf(process.stdin)));
  const until = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => until.abort());
  process.on("SIGHUP", () => undefined); // the terminal that started us may go
  let told = false;
  const tell = (outcome: Outcome): void => {
    if (!told) writeOutcome(outcome);
    told = true;
  };
  try {
    await runDaemon(where, {
      ...{ version, passphrase, flags: set, environment: process.env, until: until.signal },
      ready: () => tell({ ready: true }),
    });
    return 0;
  } catch (error) {
    const known =
      error instanceof KithError ? error : new KithError("internal", { problem: problemOf(error) }, error);
    tell({ ready: false, error: toWireError(known) });
    return 1;
  }
}

function writeOutcome(outcome: Outcome): void {
  try {
    writeSync(outcomeDescriptor, `${JSON.stringify(outcome)}\n`);
    closeSync(outcomeDescriptor);
  } catch {
    // acted on by the other side: who started us has gone, and finds the daemon by its socket
  }
}

async function everythingOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}
