/** Host names, looked up as the system looks them up: the IPv4 address of one, or a few words on why there is none. */
import { lookup } from "node:dns/promises";
import { setTimeout as wait } from "node:timers/promises";
import { secondMs } from "../base/time.ts";

/** The system asks each of its name servers several times before it gives up; nobody waits that long for a room. */
export const resolveMsMax = 5 * secondMs;

export type Lookup = (host: string, options: { readonly family: 4 }) => Promise<{ readonly address: string }>;

/** Rejects with an Error whose message says why. An address in dotted decimals is its own answer. */
export async function resolveHost(
  host: string,
  find: Lookup = lookup,
  msMax = resolveMsMax,
): Promise<string> {
  const answered = new AbortController();
  const late = wait(msMax, undefined, { signal: answered.signal });
  try {
    const found = await Promise.race([find(host, { family: 4 }), late]);
    if (found === undefined) throw new Error("no name server answers");
    return found.address;
  } catch (error) {
    throw new Error(wordsFor(error), { cause: error }); // translated: into what a user can act on
  } finally {
    answered.abort();
    late.catch(() => undefined); // acts by going on: it was broken off by us
  }
}

function wordsFor(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOTFOUND" || code === "ENODATA") return "there is no host of that name";
  if (code === "EAI_AGAIN" || code === "ETIMEOUT") return "no name server answers";
  return error instanceof Error ? error.message : String(error);
}
