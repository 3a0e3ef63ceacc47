/** How the network is: whether we can be reached, whether the server can, and whether anybody in the room can. */
import type { Now } from "../../../base/time.ts";
import type { RoomsHealth } from "./contract.ts";
import type { OwnPort } from "./own-port.ts";
import type { ServerLeg } from "./server-leg.ts";
import type { Stay } from "./stay.ts";

export interface HealthParts {
  readonly leg: ServerLeg;
  readonly port: OwnPort;
  readonly stay: Stay | undefined;
}

/** What hinders most is told. */
export function healthOf({ leg, port, stay }: HealthParts, now: Now): RoomsHealth {
  const at = (mono: number): number => now.wall + Math.max(0, mono - now.mono);
  const { server, trouble } = leg;
  if (port.failed !== undefined)
    return { state: "down", why: port.failed.why, nextTryAt: at(port.failed.retryAt) };
  if (trouble !== undefined) {
    const why = trouble.why.code === "server-closed" ? "closed" : trouble.why.why;
    const lost = { code: "server-lost", details: { server, why } } as const;
    return { state: "degraded", why: lost, nextTryAt: at(trouble.retryAt) };
  }
  const reason = stay?.refusal;
  if (reason !== undefined)
    return { state: "degraded", why: { code: "refused", details: { server, reason } } };
  const until = stay?.overlay?.unreachableUntil;
  if (until !== undefined) return { state: "degraded", why: { code: "no-link" }, nextTryAt: at(until) };
  return { state: port.port !== undefined && leg.isProven ? "up" : "starting" };
}
