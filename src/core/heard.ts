/** What each report of a network leads to, and its coming and going. */
import { unreachable } from "../base/assert.ts";
import type { NetworkName } from "../base/ids.ts";
import type { NetworkEvent, NetworkTraits } from "./ports/network.ts";
import type { Subjects } from "./subjects.ts";
import type { Work } from "./work.ts";

export function networkAdded(
  network: NetworkName,
  traits: NetworkTraits,
  subjects: Subjects,
  work: Work,
): void {
  subjects.networks.added(network, traits, work);
  subjects.outbox.interrupted(network, traits, work);
  work.do({ kind: "present", network, me: subjects.profile.me() });
}

export function networkRemoved(network: NetworkName, subjects: Subjects, work: Work): void {
  const { traits } = subjects.networks.required(network);
  subjects.rosters.networkGone(network, work);
  subjects.presences.networkGone(network, work);
  subjects.networks.removed(network, work);
  subjects.outbox.interrupted(network, traits, work);
}

/** Throws where nothing of the report can be taken; it is not acknowledged then. */
export function takeIn(network: NetworkName, event: NetworkEvent, subjects: Subjects, work: Work): void {
  const { networks, people, presences, meeting, rosters, roomNotes, intake, outbox } = subjects;
  networks.required(network);
  switch (event.kind) {
    case "health": {
      const wasUp = networks.isUp(network);
      networks.reported(network, event, work);
      rosters.healthReported(network, event, work);
      if (!wasUp && networks.isUp(network)) outbox.networkUp(network, work);
      return;
    }
    case "personSeen": {
      const before = people.contactAt(network, event.contact.identity)?.address;
      const contact = meeting.heard(network, event.contact, work);
      // At another address, what failed before may well succeed: it is as if they had been away.
      const appeared = !presences.isOnline(contact.id) || contact.address !== before;
      presences.seen(contact, event.availability, work);
      outbox.contactSeen(contact.id, appeared, work);
      return;
    }
    case "personGone": {
      const contact = people.contactAt(network, event.identity);
      if (contact !== undefined) meeting.gone(contact, event.lastSeenAt, work);
      return;
    }
    case "messageArrived":
      intake.arrived(network, event, work);
      return;
    case "delivery":
      outbox.outcome(network, event, work);
      return;
    case "gap":
      intake.missing(network, event, work);
      return;
    case "roster": {
      const room = rosters.reported(network, event, work);
      if (event.connected) outbox.roomConnected(room.id, room.before !== "connected", work);
      return;
    }
    case "roomLeft":
      rosters.left(network, event.room, work);
      return;
    case "noticed":
      roomNotes.noticed(network, event, work);
      return;
    default:
      unreachable(event);
  }
}
