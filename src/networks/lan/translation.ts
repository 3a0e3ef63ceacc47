/** Puts what the LAN machine reports into the core's words. */
import { unreachable } from "../../base/assert.ts";
import type { ContactFacts, NetworkEvent, NetworkReport, ReceiptToken } from "../../core/ports/network.ts";
import type { LanArrival, LanFacts, LanPerson, LanReport } from "../../protocols/lan/contract.ts";
import type { SocketReport } from "../../protocols/machine.ts";

export function eventOf(report: LanReport): NetworkEvent {
  switch (report.kind) {
    case "health":
      return { kind: "health", ...report.health };
    case "seen":
      return {
        kind: "personSeen",
        contact: contactOf(report.person),
        availability: report.person.availability,
      };
    case "gone":
      return { kind: "personGone", identity: report.identity, lastSeenAt: report.lastSeenAt };
    case "arrived":
      return messageOf(report.arrival);
    case "outcome":
      return { kind: "delivery", message: report.id, recipient: report.to, outcome: report.outcome };
    default:
      return unreachable(report);
  }
}

function messageOf({ from, body, secrecy, sealed }: LanArrival): NetworkEvent {
  const place = { kind: "direct", identity: from.identity } as const;
  const message = { kind: "messageArrived", from: contactOf(from), place, body, secrecy } as const;
  if (sealed === undefined) return message;
  const { id, at, token } = sealed;
  return { ...message, wireId: id, sentAt: at, receipt: token as ReceiptToken };
}

function contactOf({ identity, keyed, name, secrecy, address }: LanPerson): ContactFacts {
  return { identity, keyed, name, secrecy, address };
}

export function factsOf(facts: LanFacts): NetworkReport["facts"] {
  return {
    "announcements-heard": facts.announcementsHeard,
    "announcements-sent": facts.announcementsSent,
    ...(facts.lastHeardAt !== undefined && { "last-heard-at": facts.lastHeardAt }),
    "people-known": facts.people,
    "people-online": facts.online,
    "own-addresses": facts.ownAddresses.join(", "),
    ...(facts.ownKey !== undefined && { "own-key": facts.ownKey }),
  };
}

export function socketLine({ name, at, state, why }: SocketReport): NetworkReport["sockets"][number] {
  return { what: name, at: `${at.host}:${at.port}`, state, ...(why && { why }) };
}
