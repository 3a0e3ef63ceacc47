/** The outbox: owns every message of mine until its fate at each recipient is settled, and all trying again. */
import { KithError } from "../../base/errors.ts";
import type { ContactId, ConversationId, MessageId, NetworkName, PersonId } from "../../base/ids.ts";
import { type Journal, JournaledMap } from "../../base/journal.ts";
import type { Random } from "../../base/random.ts";
import { minuteMs } from "../../base/time.ts";
import type { Delivery, Message, Why } from "../model.ts";
import type { People } from "../people/people.ts";
import type { DeliveryOutcome, NetworkEvent, NetworkTraits, Outgoing } from "../ports/network.ts";
import type { Store } from "../ports/store.ts";
import type { Work } from "../work.ts";
import { goalOf, goneOn, Lane, laneKey, newDelivery, withoutEnd } from "./lane.ts";
import type { Goal, OpenDelivery } from "./lane.ts";
import { consequence, retryDelayMs } from "./outcomes.ts";
import { identitiesOf, isKeyed, networkOf, type Route, type Routes } from "./routes.ts";

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
  readonly routes: Routes;
}

/**
 * Invariants: a delivery stands in the lane of its recipient, or of its room where it has none, as long as it is queued
 * or sending; it is stored as sending before its attempt is handed out; while a lane is on hold, nothing more leaves it.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #lanes: JournaledMap<string, Lane>;
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

  /** A message that was just added, to go all these ways. */
  add(message: Message, routes: readonly Route[], work: Work): void {
    this.requireRoom(routes.length);
    for (const route of routes) {
      const recipient = route.kind === "contact" ? route.contact.id : undefined;
      const entry = newDelivery(message, recipient, work);
      this.#keep(entry);
      this.#advance(laneOf(entry), work, message);
      // What could go at once is stored as sending already: one row written instead of two.
      if (this.#open.get(keyOf(entry.delivery)) === entry) this.#put(entry, work);
    }
  }

  /** A network's word on an attempt, in time or late. */
  outcome(
    network: NetworkName,
    event: Extract<NetworkEvent, { readonly kind: "delivery" }>,
    work: Work,
  ): void {
    const { recipient, message } = event;
    const contact = recipient === undefined ? undefined : this.#parts.people.contactAt(network, recipient);
    if (recipient !== undefined && contact === undefined) return;
    const entry = this.#find(message, contact?.id);
    if (entry !== undefined) this.#conclude(entry, event.outcome, work);
  }

  /** Tries again at once what failed or waits. */
  retry(message: Message, work: Work): void {
    const deliveries = this.#parts.store.deliveries.of([message.id]);
    const failed = deliveries.filter((delivery) => delivery.state === "failed");
    this.requireRoom(failed.length);
    for (const delivery of failed) this.#put(newDelivery(message, delivery.recipient, work), work);
    for (const delivery of deliveries) {
      if (delivery.state !== "failed" && delivery.state !== "queued") continue;
      this.#release(laneKey(goalOf(delivery, message.conversation)), work);
    }
  }

  /** Gives up what has not gone out. What is on its way may arrive all the same, and is then shown as arrived. */
  cancel(message: MessageId, work: Work): void {
    for (const delivery of this.#parts.store.deliveries.of([message])) {
      const entry = this.#open.get(keyOf(delivery));
      if (entry === undefined) continue;
      this.#settle(entry, { state: "failed", why: { code: "cancelled" } }, work);
      this.#advance(laneOf(entry), work);
    }
  }

  /** A contact was heard; `appeared`: it was away before, or is at another address now. */
  contactSeen(contact: ContactId, appeared: boolean, work: Work): void {
    this.#reachable(laneKey({ kind: "contact", id: contact }), appeared, work);
  }

  /** Somebody in the room can be reached; `appeared`: nobody could be before. */
  roomConnected(conversation: ConversationId, appeared: boolean, work: Work): void {
    this.#reachable(laneKey({ kind: "room", id: conversation }), appeared, work);
  }

  /** The user has agreed to write to the person in plain: what waited for that goes. */
  agreedTo(person: PersonId, work: Work): void {
    for (const { id } of this.#parts.people.contactsOf(person)) {
      this.#advance(laneKey({ kind: "contact", id }), work);
    }
  }

  networkUp(network: NetworkName, work: Work): void {
    for (const { key } of this.#lanesOn(network)) this.#reachable(key, false, work);
  }

  /** Attempts whose end nobody will report: of an earlier run, or of a network that was taken away. */
  interrupted(network: NetworkName, traits: NetworkTraits, work: Work): void {
    for (const lane of this.#lanesOn(network)) this.#interrupt(lane, traits.idsOnWire, work);
  }

  /** After a start: what stood as sending to a room or to somebody without a key could be shown twice if repeated. */
  started(work: Work): void {
    for (const lane of this.#lanesInOrder()) {
      if (!isKeyed(lane.route)) this.#interrupt(lane, false, work);
    }
  }

  /** Does what is due. */
  passTime(work: Work): void {
    const { mono } = work.now;
    for (const { key, lane, route } of this.#lanesInOrder()) {
      if (lane.alarmAt === undefined || lane.alarmAt > mono) continue;
      const late = lane.entries.filter(
        ({ attemptEndsAt }) => attemptEndsAt !== undefined && attemptEndsAt <= mono,
      );
      const outcome = this.#parts.routes.mayRepeat(route) ? timedOut : unknownOutcome;
      for (const entry of late) this.#conclude(entry, outcome, work);
      if (typeof lane.hold === "object" && lane.hold.until <= mono) this.#release(key, work);
    }
  }

  /** A stored delivery as it stands now: what waits says what for. */
  explained(delivery: Delivery): Delivery {
    if (delivery.state !== "queued" && delivery.state !== "sending") return delivery;
    const entry = this.#open.get(keyOf(delivery));
    if (entry === undefined) return delivery;
    const { routes } = this.#parts;
    const route = routes.to(goalOf(delivery, entry.conversation));
    const asks = delivery.state === "queued" && !routes.isAgreedTo(route, entry.conversation);
    const why: Why | undefined = asks ? { code: "no-consent" } : routes.obstacle(route);
    if (why === undefined || (delivery.state === "sending" && why.code !== "network-down")) return delivery;
    return goneOn(delivery, { state: "queued", why, at: delivery.at });
  }

  #find(message: MessageId, recipient: ContactId | undefined): OpenDelivery | undefined {
    const open = this.#open.get(keyOf(recipient === undefined ? { message } : { message, recipient }));
    if (open !== undefined) return open;
    const { deliveries, messages } = this.#parts.store;
    const delivery = deliveries.of([message]).find((one) => one.recipient === recipient);
    const stored = delivery === undefined ? undefined : messages.get(message);
    if (delivery === undefined || stored === undefined) return undefined;
    return { delivery, conversation: stored.conversation, arrived: stored.arrived };
  }

  #conclude(entry: OpenDelivery, outcome: DeliveryOutcome, work: Work): void {
    switch (consequence(entry.delivery.state, outcome)) {
      case "ignore":
        return;
      case "settle":
        this.#settle(entry, outcome, work);
        if (outcome.state === "failed") this.#advance(laneOf(entry), work);
        else this.#release(laneOf(entry), work);
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
    const delivery = goneOn(entry.delivery, {
      state: outcome.state,
      ...(outcome.state === "failed" ? { why: outcome.why } : {}),
      ...(outcome.state === "held" ? { heldBy: outcome.by } : {}),
      at: work.now.wall,
    });
    this.#put({ ...withoutEnd(entry), delivery }, work);
  }

  #tryAgain(
    entry: OpenDelivery,
    { why, again }: Extract<DeliveryOutcome, { readonly state: "failed" }>,
    work: Work,
  ): void {
    const { wall, mono } = work.now;
    if (entry.outdated === true) {
      this.#requeue(entry, work);
      this.#advance(laneOf(entry), work);
      return;
    }
    const later = again === "later";
    const delayMs = later ? retryDelayMs(why, entry.delivery.attempts, this.#parts.random) : 0;
    const next = later ? { nextTryAt: Math.round(wall + delayMs) } : {};
    const delivery = goneOn(entry.delivery, { state: "queued", why, at: wall, ...next });
    this.#put({ ...withoutEnd(entry), delivery }, work);
    const lane = this.#lanes.get(laneOf(entry));
    if (lane !== undefined) lane.hold = later ? { until: mono + delayMs } : "sign-of-life";
  }

  #interrupt({ key, lane, route }: LaneOnRoute, idsOnWire: boolean, work: Work): void {
    for (const entry of lane.entries.filter(({ delivery }) => delivery.state === "sending")) {
      if (work.takeBack(networkOf(route), entry.delivery.message, identitiesOf(route))) {
        this.#unsend(entry, work);
      } else if (isKeyed(route) && idsOnWire) this.#requeue(entry, work);
      else this.#settle(entry, { state: "failed", why: { code: "outcome-unknown" } }, work);
    }
    this.#advance(key, work);
  }

  /** The attempt was to be handed out with this turn, and now is not: it was none. */
  #unsend({ delivery, ...entry }: OpenDelivery, work: Work): void {
    this.#requeue({ ...entry, delivery: { ...delivery, attempts: delivery.attempts - 1 } }, work);
  }

  /** Waits for nothing but its turn. */
  #requeue(entry: OpenDelivery, work: Work): void {
    const delivery = goneOn(entry.delivery, { state: "queued", at: work.now.wall });
    this.#put({ ...withoutEnd(entry), delivery }, work);
  }

  /** `appeared`: how an attempt under way ends says nothing of how one would end now. */
  #reachable(key: string, appeared: boolean, work: Work): void {
    const lane = this.#lanes.get(key);
    if (lane === undefined) return;
    const flying = appeared ? lane.entries.filter(({ delivery }) => delivery.state === "sending") : [];
    for (const entry of flying) this.#keep({ ...entry, outdated: true });
    if (appeared || lane.hold === "sign-of-life") this.#release(key, work);
    else this.#advance(key, work);
  }

  /** Nothing holds the lane up any more. */
  #release(key: string, work: Work): void {
    const lane = this.#lanes.get(key);
    if (lane?.hold !== undefined) lane.hold = undefined;
    this.#advance(key, work);
  }

  /** Hands out what may go now. `fresh`: a message that need not be read again. */
  #advance(key: string, work: Work, fresh?: Message): void {
    const { routes, store } = this.#parts;
    const lane = this.#lanes.get(key);
    const [first] = lane?.entries ?? [];
    if (lane === undefined || first === undefined || lane.hold !== undefined) return;
    const route = routes.to(goalOf(first.delivery, first.conversation));
    if (routes.obstacle(route) !== undefined) return;
    while (lane.flying < this.#windowOf(lane, route)) {
      const next = lane.firstQueued((entry) => routes.isAgreedTo(route, entry.conversation));
      if (next === undefined) return;
      const id = next.delivery.message;
      const message = fresh?.id === id ? fresh : store.messages.get(id);
      if (message === undefined) this.#settle(next, { state: "failed", why: { code: "cancelled" } }, work);
      else this.#send(next, message, route, work);
    }
  }

  #send(entry: OpenDelivery, message: Message, route: Route, work: Work): void {
    const attempts = entry.delivery.attempts + 1;
    const delivery = goneOn(entry.delivery, { state: "sending", attempts, at: work.now.wall });
    this.#put({ ...entry, delivery, attemptEndsAt: work.now.mono + attemptMsMax }, work);
    const outgoing: Outgoing = {
      message: message.id,
      place: this.#parts.routes.placeOf(message, route),
      recipients: identitiesOf(route),
      body: message.body,
      sentAt: message.sentAt,
      secrecyLeast: message.secrecy,
    };
    work.do({ kind: "send", network: networkOf(route), outgoing });
  }

  #windowOf(lane: Lane, route: Route): number {
    const head = lane.entries[0]?.delivery;
    const tried = (head?.attempts ?? 0) + (head?.state === "queued" ? 1 : 0);
    return tried > 1 || !this.#parts.routes.mayRepeat(route) ? 1 : pipelineMax;
  }

  #put(entry: OpenDelivery, work: Work): void {
    this.#parts.store.deliveries.put(entry.delivery);
    this.#keep(entry);
    work.touch(entry.conversation, entry.delivery.message);
  }

  /** In memory, as long as it is open. */
  #keep(entry: OpenDelivery): void {
    const { delivery } = entry;
    const key = laneOf(entry);
    const lane = this.#lanes.get(key);
    if (delivery.state === "queued" || delivery.state === "sending") {
      this.#open.set(keyOf(delivery), entry);
      const own = lane ?? new Lane(this.#parts.journal);
      if (lane === undefined) this.#lanes.set(key, own);
      own.put(entry);
      return;
    }
    this.#open.delete(keyOf(delivery));
    lane?.remove(entry);
    if (lane?.entries.length === 0) this.#lanes.delete(key);
  }

  /** The same order, whatever was undone. */
  #lanesInOrder(): readonly LaneOnRoute[] {
    const all = [...this.#lanes.entries()].flatMap(([key, lane]) => {
      const [first] = lane.entries;
      return first === undefined ? [] : [{ key, lane, goal: goalOf(first.delivery, first.conversation) }];
    });
    all.sort(({ goal: a }, { goal: b }) => byKindAndId(a, b));
    return all.map(({ key, lane, goal }) => ({ key, lane, route: this.#parts.routes.to(goal) }));
  }

  #lanesOn(network: NetworkName): readonly LaneOnRoute[] {
    return this.#lanesInOrder().filter(({ route }) => networkOf(route) === network);
  }
}

interface LaneOnRoute {
  readonly key: string;
  readonly lane: Lane;
  readonly route: Route;
}

function laneOf({ delivery, conversation }: OpenDelivery): string {
  return laneKey(goalOf(delivery, conversation));
}

function byKindAndId(a: Goal, b: Goal): number {
  if (a.kind === b.kind) return a.id - b.id;
  return a.kind === "contact" ? -1 : 1;
}

function keyOf({ message, recipient }: Pick<Delivery, "message" | "recipient">): string {
  return recipient === undefined ? message : `${message} ${recipient}`;
}
