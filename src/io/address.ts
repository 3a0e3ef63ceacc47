/** Addresses as machines see them: IPv4 that came mapped into IPv6 is IPv4 again. */
import { isIP } from "node:net";
import type { Address } from "../protocols/machine.ts";

const mapped = "::ffff:";

export function plainHost(host: string): string {
  return host.startsWith(mapped) && host.includes(".") ? host.slice(mapped.length) : host;
}

/** An address that something can be sent to. No names: what looks like one must not reach the system's resolver. */
export function isReachable({ host, port }: Address): boolean {
  return isIP(host) !== 0 && Number.isInteger(port) && port > 0 && port <= 65_535;
}

/** What counts as one address: whoever has one of IPv6 has the 2^64 of its network. */
export function limitKey(host: string): string {
  if (isIP(host) !== 6) return host;
  const [head = "", tail] = host.split("%", 1)[0]?.split("::") ?? [];
  const first = head === "" ? [] : head.split(":");
  const last = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array<string>(zeros).fill("0"), ...last];
  return `${groups.slice(0, 4).join(":")}::/64`;
}
