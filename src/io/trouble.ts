/** Puts the system's error codes into the few words that machines know. */
import type { LinkTrouble } from "../protocols/machine.ts";

const troubles: Readonly<Record<string, LinkTrouble>> = {
  ECONNREFUSED: "refused",
  ETIMEDOUT: "timed-out",
  EHOSTUNREACH: "no-route",
  ENETUNREACH: "no-route",
  ENETDOWN: "no-route",
  EHOSTDOWN: "no-route",
  ECONNRESET: "reset",
  ECONNABORTED: "reset",
  EPIPE: "reset",
  EADDRINUSE: "in-use",
  EADDRNOTAVAIL: "not-here",
  ERR_INVALID_IP_ADDRESS: "not-here",
  EACCES: "forbidden",
  EPERM: "forbidden",
  EMFILE: "limit",
  ENFILE: "limit",
  ENOBUFS: "limit",
  ENOMEM: "limit",
  EPROTO: "tls",
};
const tlsCode = /^(?:ERR_SSL_|ERR_TLS_|ERR_OSSL_|CERT_)/;

export function troubleOf(error: unknown): LinkTrouble {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (typeof code !== "string") return "other";
  return troubles[code] ?? (tlsCode.test(code) ? "tls" : "other");
}

/** What a socket is destroyed with when the time that it was given is over. */
export class TimedOut extends Error {
  override readonly name = "TimedOut";
  readonly code = "ETIMEDOUT";
}
