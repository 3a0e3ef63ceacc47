/** The outbox: owns every message of mine until its fate at each recipient is settled, and all trying again. */
import { KithError } from "../../base/errors.ts";
import type { ContactId, MessageId, NetworkName, PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import type { Random } from "../../base/random.ts";
import { minuteMs } from "../../base/time.ts";
import type { Conversations } from "../conversations/conversations.ts";
import type { Contact, Delivery, Message, Why } from "../model.ts";
import type { Networks } from "../networks.ts";
import type { Doubts } from "../people/doubts.ts";
import type { People } from "../people/people.ts";
import type { Presences } from "../people/presences.ts";
import type { DeliveryOutcome, NetworkEvent, NetworkTraits, Outgoing, Place } from "../ports/network.ts";
import type { Store } from "../ports/store.ts";
import type { Work } from "../work.ts";
import { Lane, newDelivery, type OpenDelivery, withoutEnd } from "./lane.ts";
import { consequence, retryDelayMs } from "./outcomes.ts";

/** Deliveries waiting at one time: a week of writing to somebody who is away, and some megabytes of memory. */
export const openDeliveriesMax = 10_000;

/**
 * Attempts under way at one time towards one recipient where ids tell a repeat from a new message. Messages that have
 * connections of their own may overtake each other within it; the recipient shows the author's time. Everywhere else,
 * and while trying again, there is one: order is kept and what cannot be reached is knocked at once, not 32 times.
 */
export const pipelineMax = 32;

/** A network that says nothing for so long has lost the attempt: every wire we speak gives up within seconds. */
export const attemptMsMax = 2 * minuteMs;

const unknownOutcome: DeliveryOutcome = { state: "failed", why: { code: "outcome-unknown" }, again: "never" };
const timedOut: DeliveryOutcome = { state: "failed", why: { code: "timed-out" }, again: "later" };

export interface OutboxParts {
  readonly store: Pick<Store, "messages" | "deliveries">;
  readonly journal: Journal;
  readonly random: Random;
  readonly people: People;
  readonly presences: Presences;
  readonly networks: Networks;
  readonly conversations: Conversations;
  readonly doubts: Doubts;
}

/**
 * Invariants: a delivery stands in its recipient's lane as long as it is queued or sending; it is stored as sending
 * before its attempt is handed out; while a lane is on hold, nothing more leaves it.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #lanes: JournaledMap<ContactId, Lane>;
  readonly #open: JournaledMap<string, OpenDelivery>;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#lanes = new JournaledMap(parts.journal);
    this.#open = new JournaledMap(parts.journal);
    for (const delivery of parts.store.deliveries.open()) {
      const message = parts.store.messages.get(delivery.message);
      if (message === undefined) continue;
      this.#keep({ delivery, conversation: message.conversation, arrived: message.arrived });
    }
  }

  get size(): number {
    return this.#open.size;
  }

  /** When (mono, ms) the next attempt or the end of one is due. */
  get wakeAt(): number | undefined {
    let earliest = Infinity;
    for (const [, lane] of this.#lanes.entries()) earliest = Math.min(earliest, lane.alarmAt ?? Infinity);
    return earliest === Infinity ? undefined : earliest;
  }

  /** Throws "outbox-full" when so many more would be too many. */
  requireRoom(count: number): void {
    if (this.size + count > openDeliveriesMax) throw new KithError("outbox-full", { count: this.size });
  }

  /** A message that was just added, for these recipients. */
  add(message: Message, recipients: readonly Contact[], work: Work): void {
    this.requireRoom(recipients.length);
    for (const contact of recipients) {
      const entry = newDelivery(message, contact.id, work);
      this.#keep(entry);
      this.#advance(contact.id, work, message);
      // What could go at once is stored as sending already: one row written instead of two.
      if (this.#open.get(keyOf(message.id, contact.id)) === entry) this.#put(entry, work);
    }
  }

  /** A network's word on an attempt, in time or late. */
  outcome(
    network: NetworkName,
    event: Extract<NetworkEvent, { readonly kind: "delivery" }>,
    work: Work,
  ): void {
    const contact = this.#parts.people.contactAt(network, event.recipient);
    if (contact === undefined) return;
    const entry = this.#find(event.message, contact.id);
    if (entry !== undefined) this.#conclude(entry, event.outcome, work);
  }

  /** Tries again at once what failed or waits. */
  retry(message: Message, work: Work): void {
    const deliveries = this.#parts.store.deliveries.of([message.id]);
    const failed = deliveries.filter((delivery) => delivery.state === "failed");
    this.requireRoom(failed.length);
    for (const { recipient } of failed) this.#put(newDelivery(message, recipient, work), work);
    for (const { recipient, state } of deliveries) {
      if (state === "failed" || state === "queued") this.#release(recipient, work);
    }
  }

  /** Gives up what has not gone out. What is on its way may arrive all the same, and is then shown as arrived. */
  cancel(message: MessageId, work: Work): void {
    for (const { recipient } of this.#parts.store.deliveries.of([message])) {
      const entry = this.#open.get(keyOf(message, recipient));
      if (entry === undefined) continue;
      this.#settle(entry, { state: "failed", why: { code: "cancelled" } }, work);
      this.#advance(recipient, work);
    }
  }

  /** A contact was heard; `appeared`: it was away before, or is at another address now. */
  contactSeen(contact: ContactId, appeared: boolean, work: Work): void {
    const lane = this.#lanes.get(contact);
    if (lane === undefined) return;
    const flying = appeared ? lane.entries.filter(({ delivery }) => delivery.state === "sending") : [];
    for (const entry of flying) this.#keep({ ...entry, outdated: true });
    if (appeared || lane.hold === "sign-of-life") this.#release(contact, work);
    else this.#advance(contact, work);
  }

  /** The user has agreed to write to the person in plain: what waited for that goes. */
  agreedTo(person: PersonId, work: Work): void {
    for (const { id } of this.#parts.people.contactsOf(person)) this.#advance(id, work);
  }

  networkUp(network: NetworkName, work: Work): void {
    for (const contact of this.#recipientsOn(network)) {
      this.contactSeen(contact.id, false, work);
    }
  }

  /** Attempts whose end nobody will report: of an earlier run, or of a network that was taken away. */
  interrupted(network: NetworkName, traits: NetworkTraits, work: Work): void {
    for (const contact of this.#recipientsOn(network)) this.#interrupt(contact, traits.idsOnWire, work);
  }

  /** After a start: what stood as sending towards somebody without a key could be shown twice if it were sent again. */
  started(work: Work): void {
    for (const contact of this.#recipients()) if (!contact.keyed) this.#interrupt(contact, false, work);
  }

  /** Does what is due. */
  passTime(work: Work): void {
    const { mono } = work.now;
    for (const { id } of this.#recipients()) {
      const lane = this.#lanes.get(id);
      if (lane?.alarmAt === undefined || lane.alarmAt > mono) continue;
      const late = lane.entries.filter(
        ({ attemptEndsAt }) => attemptEndsAt !== undefined && attemptEndsAt <= mono,
      );
      for (const entry of late) this.#conclude(entry, this.#hasIds(id) ? timedOut : unknownOutcome, work);
      if (typeof lane.hold === "object" && lane.hold.until <= mono) this.#release(id, work);
    }
  }

  /** A stored delivery as it stands now: what waits says what for. */
  explained(delivery: Delivery): Delivery {
    if (delivery.state !== "queued" && delivery.state !== "sending") return delivery;
    const contact = this.#parts.people.contact(delivery.recipient);
    const entry = this.#open.get(keyOf(delivery.message, delivery.recipient));
    const asks = delivery.state === "queued" && entry !== undefined && !this.#isAgreedTo(entry, contact);
    const obstacle: Why | undefined = asks ? { code: "no-consent" } : this.#obstacle(contact);
    if (obstacle === undefined || (delivery.state === "sending" && obstacle.code !== "network-down"))
      return delivery;
    const { message, recipient, heldBy, attempts, at } = delivery;
    return { message, recipient, state: "queued", why: obstacle, heldBy, attempts, at };
  }

  #find(message: MessageId, recipient: ContactId): OpenDelivery | undefined {
    const open = this.#open.get(keyOf(message, recipient));
    if (open !== undefined) return open;
    const { deliveries, messages } = this.#parts.store;
    const delivery = deliveries.of([message]).find((one) => one.recipient === recipient);
    const stored = delivery === undefined ? undefined : messages.get(message);
    if (delivery === undefined || stored === undefined) return undefined;
    return { delivery, conversation: stored.conversation, arrived: stored.arrived };
  }

  #conclude(entry: OpenDelivery, outcome: DeliveryOutcome, work: Work): void {
    const { recipient, state } = entry.delivery;
    switch (consequence(state, outcome)) {
      case "ignore":
        return;
      case "settle":
        this.#settle(entry, outcome, work);
        if (outcome.state === "failed") this.#advance(recipient, work);
        else this.#release(recipient, work);
        return;
      case "try-again":
        if (outcome.state === "failed") this.#tryAgain(entry, outcome, work);
    }
  }

  #settle(
    entry: OpenDelivery,
    outcome: DeliveryOutcome | { readonly state: "failed"; readonly why: Why },
    work: Work,
  ): void {
    const { message, recipient, attempts, heldBy } = entry.delivery;
    const delivery: Delivery = {
      message,
      recipient,
      state: outcome.state,
      ...(outcome.state === "failed" ? { why: outcome.why } : {}),
      heldBy: outcome.state === "held" ? outcome.by : heldBy,
      attempts,
      at: work.now.wall,
    };
    this.#put({ ...withoutEnd(entry), delivery }, work);
  }

  #tryAgain(
    entry: OpenDelivery,
    outcome: Extract<DeliveryOutcome, { readonly state: "failed" }>,
    work: Work,
  ): void {
    const { message, recipient, attempts, heldBy } = entry.delivery;
    const { wall, mono } = work.now;
    if (entry.outdated === true) {
      this.#requeue(entry, work);
      this.#advance(recipient, work);
      return;
    }
    const later = outcome.again === "later";
    const delayMs = later ? retryDelayMs(outcome.why, attempts, this.#parts.random) : 0;
    const queued = {
      message,
      recipient,
      state: "queued" as const,
      why: outcome.why,
      heldBy,
      attempts,
      at: wall,
    };
    const delivery: Delivery = later ? { ...queued, nextTryAt: Math.round(wall + delayMs) } : queued;
    this.#put({ ...withoutEnd(entry), delivery }, work);
    const lane = this.#lanes.get(recipient);
    if (lane !== undefined) lane.hold = later ? { until: mono + delayMs } : "sign-of-life";
  }

  #interrupt(contact: Contact, idsOnWire: boolean, work: Work): void {
    const entries = this.#lanes.get(contact.id)?.entries ?? [];
    for (const entry of entries.filter(({ delivery }) => delivery.state === "sending")) {
      if (work.takeBack(contact.network, entry.delivery.message, contact.identity)) this.#unsend(entry, work);
      else if (contact.keyed && idsOnWire) this.#requeue(entry, work);
      else this.#settle(entry, { state: "failed", why: { code: "outcome-unknown" } }, work);
    }
    this.#advance(contact.id, work);
  }

  /** The attempt was to be handed out with this turn, and now is not: it was none. */
  #unsend({ delivery, ...entry }: OpenDelivery, work: Work): void {
    this.#requeue({ ...entry, delivery: { ...delivery, attempts: delivery.attempts - 1 } }, work);
  }

  /** Waits for nothing but its turn. */
  #requeue(entry: OpenDelivery, work: Work): void {
    const { message, recipient, heldBy, attempts } = entry.delivery;
    const state = "queued";
    const delivery: Delivery = { message, recipient, state, heldBy, attempts, at: work.now.wall };
    this.#put({ ...withoutEnd(entry), delivery }, work);
  }

  /** Nothing holds the lane up any more. */
  #release(recipient: ContactId, work: Work): void {
    const lane = this.#lanes.get(recipient);
    if (lane?.hold !== undefined) lane.hold = undefined;
    this.#advance(recipient, work);
  }

  /** Hands out what may go now. `fresh`: a message that need not be read again. */
  #advance(recipient: ContactId, work: Work, fresh?: Message): void {
    const contact = this.#parts.people.contact(recipient);
    const lane = this.#lanes.get(recipient);
    if (lane === undefined || lane.hold !== undefined || this.#obstacle(contact) !== undefined) return;
    while (lane.flying < this.#windowOf(lane, contact)) {
      const next = lane.firstQueued((entry) => this.#isAgreedTo(entry, contact));
      if (next === undefined) return;
      const id = next.delivery.message;
      const message = fresh?.id === id ? fresh : this.#parts.store.messages.get(id);
      if (message === undefined) this.#settle(next, { state: "failed", why: { code: "cancelled" } }, work);
      else this.#send(next, message, contact, work);
    }
  }

  #send(entry: OpenDelivery, message: Message, contact: Contact, work: Work): void {
    const { recipient, attempts, heldBy } = entry.delivery;
    const at = work.now.wall;
    const delivery: Delivery = {
      message: message.id,
      recipient,
      state: "sending",
      heldBy,
      attempts: attempts + 1,
      at,
    };
    this.#put({ ...entry, delivery, attemptEndsAt: work.now.mono + attemptMsMax }, work);
    const outgoing: Outgoing = {
      message: message.id,
      place: this.#placeOf(message, contact),
      recipients: [contact.identity],
      body: message.body,
      sentAt: message.sentAt,
      secrecyLeast: message.secrecy,
    };
    work.do({ kind: "send", network: contact.network, outgoing });
  }

  #placeOf(message: Message, contact: Contact): Place {
    const { kind, room = "" } = this.#parts.conversations.required(message.conversation);
    if (kind === "direct") return { kind, identity: contact.identity };
    return kind === "room" ? { kind, room } : { kind };
  }

  #obstacle(contact: Contact): Why | undefined {
    const network = this.#parts.networks.get(contact.network);
    if (network === undefined || !this.#parts.networks.isUp(contact.network)) return { code: "network-down" };
    if (network.traits.keepsForAbsent || this.#parts.presences.isOnline(contact.id)) return undefined;
    // Whoever else goes by the name of a known key does not get what is meant for it; the sender should know why.
    const isTaken = contact.keyed && this.#parts.doubts.namesakes(contact).length > 0;
    return { code: isTaken ? "key-changed" : "offline" };
  }

  /** What anybody on the way could read goes to a person only as long as the user agrees to that. */
  #isAgreedTo({ conversation }: OpenDelivery, { secrecy, person }: Contact): boolean {
    if (secrecy !== "none" || this.#parts.conversations.required(conversation).kind !== "direct") return true;
    return this.#parts.people.required(person).plainAllowed;
  }

  #windowOf(lane: Lane, contact: Contact): number {
    const head = lane.entries[0]?.delivery;
    const tried = (head?.attempts ?? 0) + (head?.state === "queued" ? 1 : 0);
    return tried > 1 || !this.#hasIds(contact.id) ? 1 : pipelineMax;
  }

  #hasIds(recipient: ContactId): boolean {
    const { keyed, network } = this.#parts.people.contact(recipient);
    return keyed && this.#parts.networks.get(network)?.traits.idsOnWire === true;
  }

  #put(entry: OpenDelivery, work: Work): void {
    this.#parts.store.deliveries.put(entry.delivery);
    this.#keep(entry);
    work.touch(entry.conversation, entry.delivery.message);
  }

  /** In memory, as long as it is open. */
  #keep(entry: OpenDelivery): void {
    const { message, recipient, state } = entry.delivery;
    const lane = this.#lanes.get(recipient);
    if (state === "queued" || state === "sending") {
      this.#open.set(keyOf(message, recipient), entry);
      const own = lane ?? new Lane(this.#parts.journal);
      if (lane === undefined) this.#lanes.set(recipient, own);
      own.put(entry);
      return;
    }
    this.#open.delete(keyOf(message, recipient));
    lane?.remove(entry);
    if (lane?.entries.length === 0) this.#lanes.delete(recipient);
  }

  #recipients(): readonly Contact[] {
    const ids = [...this.#lanes.entries()].map(([id]) => id);
    return ids.toSorted((a, b) => a - b).map((id) => this.#parts.people.contact(id));
  }

  #recipientsOn(network: NetworkName): readonly Contact[] {
    return this.#recipients().filter((contact) => contact.network === network);
  }
}

function keyOf(message: MessageId, recipient: ContactId): string {
  return `${message} ${recipient}`;
}
