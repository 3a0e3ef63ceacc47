/** Makes a Network of a machine that speaks the core's own words: a protocol that is being tried out needs no adapter. */
import { fromUtf8, toUtf8 } from "../../base/bytes.ts";
import { type MessageId, toMessageId } from "../../base/ids.ts";
import type {
  ContactFacts,
  Me,
  Network,
  NetworkEvent,
  NetworkTraits,
  Outgoing,
  ReceiptToken,
} from "../../core/ports/network.ts";
import type { Drive, DriveLimits, Effect, Machine } from "../../protocols/machine.ts";
import type { NetworkPlace } from "../plug.ts";

/** What the core asks of a network, as the machine is told it. */
export type NetworkIntent =
  | { readonly kind: "start" }
  | { readonly kind: "send"; readonly outgoing: Outgoing }
  /** The message that `from` gave this id is committed. */
  | { readonly kind: "acknowledge"; readonly from: string; readonly message: MessageId }
  | { readonly kind: "present"; readonly me: Me };

/** What it reports is made by `seen`, `arrived` and `delivered`; receipts are given out here. */
export type NetworkMachine = Machine<NetworkIntent, NetworkEvent>;
export type NetworkEffect = Effect<NetworkEvent>;

/** What a protocol does not say of itself: texts with ids from one person to another, sealed and confirmed. */
const usualTraits: NetworkTraits = {
  secrecy: "end-to-end",
  keepsForAbsent: false,
  textBytesMax: 9_000,
  asciiOnly: false,
  receipts: true,
  idsOnWire: true,
  carries: ["text"],
  conversations: ["direct"],
  wholeRoom: false,
};

const usualLimits: DriveLimits = {
  unsentMark: 64 * 1_024,
  unsentMax: 256 * 1_024,
  acceptedMax: 256,
  acceptedPerAddressMax: 8,
};

/** Messages that await the core's commit: more than come in a turn. The oldest is forgotten, and so comes again. */
export const offeredMax = 1_000;

/** `make` is told who it is to be: drawn by dice at the very first start, the same for ever, and shown by `inspect`. */
export function machineNetwork(
  place: NetworkPlace,
  make: (identity: string) => NetworkMachine,
  traits: Partial<NetworkTraits> = {},
): Network {
  const identity = rememberedIdentity(place);
  const offers = new Offers();
  let drive: Drive<NetworkIntent> | undefined;
  return {
    name: place.name,
    kind: place.name,
    traits: { ...usualTraits, ...traits },
    start(report) {
      const hear = (event: NetworkEvent): void => report(offers.withReceipt(event));
      drive = place.driver.run(make(identity), usualLimits, { report: hear, answer: () => undefined });
      drive.tell({ kind: "start" });
      report({ kind: "health", state: "up" });
      return Promise.resolve();
    },
    stop: () => drive?.stop() ?? Promise.resolve(),
    send: (outgoing) => drive?.tell({ kind: "send", outgoing }),
    acknowledge(receipt) {
      const offered = offers.take(receipt);
      if (offered !== undefined) drive?.tell({ kind: "acknowledge", ...offered });
    },
    present: (me) => drive?.tell({ kind: "present", me }),
    inspect() {
      const { links, counters } = drive?.inspect() ?? { links: { dialled: 0, accepted: 0 }, counters: {} };
      return { health: "up", sockets: [], links, counters, facts: { identity } };
    },
  };
}

/** Somebody is there. */
export function seen(identity: string): readonly NetworkEffect[] {
  return telling({ kind: "personSeen", contact: contactOf(identity), availability: "available" });
}

/** Somebody's text has arrived. */
export function arrived(identity: string, message: MessageId, text: string): readonly NetworkEffect[] {
  const place = { kind: "direct", identity } as const;
  const from = contactOf(identity);
  const body = { kind: "text", text } as const;
  return telling({ kind: "messageArrived", from, place, wireId: message, body, secrecy: from.secrecy });
}

/** Somebody has confirmed a message of ours. */
export function delivered(message: MessageId, recipient: string): readonly NetworkEffect[] {
  return telling({ kind: "delivery", message, recipient, outcome: { state: "delivered" } });
}

function telling(report: NetworkEvent): readonly NetworkEffect[] {
  return [{ kind: "report", report }];
}

function contactOf(identity: string): ContactFacts {
  return { identity, keyed: true, name: identity, secrecy: "end-to-end" };
}

interface Offered {
  readonly from: string;
  readonly message: MessageId;
}

class Offers {
  readonly #offered = new Map<number, Offered>();
  #last = 0;

  withReceipt(event: NetworkEvent): NetworkEvent {
    const message = event.kind === "messageArrived" ? toMessageId(event.wireId ?? "") : undefined;
    if (event.kind !== "messageArrived" || message === undefined) return event;
    const receipt = ++this.#last as ReceiptToken;
    this.#offered.set(receipt, { from: event.from.identity, message });
    this.#offered.delete(receipt - offeredMax);
    return { ...event, receipt };
  }

  take(receipt: ReceiptToken): Offered | undefined {
    const offered = this.#offered.get(receipt);
    this.#offered.delete(receipt);
    return offered;
  }
}

function rememberedIdentity({ keep, random }: NetworkPlace): string {
  const known = keep.read("identity");
  if (known !== undefined) return fromUtf8(known) ?? "";
  const identity = `key:${random.fraction()}`;
  keep.write("identity", toUtf8(identity));
  return identity;
}
