/**
 * Who may speak to us over HTTP: pages of our own address, never those of others. A page anywhere can make a browser
 * ask loopback addresses, also under a name of its own that it lets resolve to them; so Host and Origin decide.
 */
import { createHash, timingSafeEqual } from "node:crypto";

/** The only path; everything else is not there. */
export const apiPath = "/api";

export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Refusal {
  readonly status: 400 | 403 | 404 | 421 | 429;
  readonly says: string;
}

/** Holds for every request, whatever it wants. */
export function refuseRequest(headers: Headers, port: number): Refusal | undefined {
  if (!hosts(port).includes(only(headers["host"]) ?? "")) {
    return { status: 421, says: "This is not the address of kith." };
  }
  const origin = headers["origin"];
  if (origin !== undefined && !origins(port).includes(only(origin) ?? "")) {
    return { status: 403, says: "Pages of other origins may not ask kith." };
  }
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") {
    return { status: 403, says: "Pages of other sites may not ask kith." };
  }
  return undefined;
}

/** Holds for a WebSocket besides: browsers always send its Origin, and only then is it known that it is ours. */
export function refuseUpgrade(headers: Headers, port: number, path: string | undefined): Refusal | undefined {
  const refusal = refuseRequest(headers, port);
  if (refusal !== undefined) return refusal;
  if (headers["origin"] === undefined) return { status: 403, says: "A WebSocket needs an Origin." };
  if (path !== apiPath) return { status: 404, says: `The WebSocket is at ${apiPath}.` };
  return undefined;
}

/** In the same time whatever `given` is. */
export function isToken(given: string, token: string): boolean {
  return timingSafeEqual(digest(given), digest(token));
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}

function hosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}

function origins(port: number): readonly string[] {
  return hosts(port).map((host) => `http://${host}`);
}

function only(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}
