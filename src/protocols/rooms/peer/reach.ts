/** Where a member is reached, and which addresses of a list are never dialled. */
import type { Address } from "../../machine.ts";
import type { Member } from "../messages.ts";
import { isMemberAddress } from "../names.ts";

/** The address behind the announced text: some programs announce `localhost`. */
export function hostOf({ ip }: Member): string {
  return ip === "localhost" ? "127.0.0.1" : ip;
}

export function isLoopback(host: string): boolean {
  return host.startsWith("127.") || host === "localhost";
}

/**
 * Undefined for what a list must not lead us to: services that listen for this computer alone, unless all of us are on
 * it; addresses that are no single host's; and ourselves.
 */
export function dialAddress(member: Member, me: Member): Address | undefined {
  const host = hostOf(member);
  if (isLoopback(host) && !isLoopback(me.ip)) return undefined;
  if (host === hostOf(me) && member.port === me.port) return undefined;
  const first = Number(host.split(".", 1)[0]);
  return first === 0 || first >= 224 ? undefined : { host, port: member.port };
}

export function isIpv4(text: string): boolean {
  return text !== "localhost" && isMemberAddress(text);
}
