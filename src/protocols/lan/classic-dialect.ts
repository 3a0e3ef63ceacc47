/** The network as it was specified, with our cards, sealed messages and receipts on top. */
import { present } from "../../base/assert.ts";
import type { Crypto } from "../../base/crypto.ts";
import type { MessageId } from "../../base/ids.ts";
import type { Random } from "../../base/random.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { minuteMs, type Now } from "../../base/time.ts";
import { TokenBucket } from "../../base/token-bucket.ts";
import { writeAnnouncement, type Announcement } from "./announcement.ts";
import { CardReader, signCard, type Card } from "./card.ts";
import { classicAction, isSealed, readText, splitText } from "./classic.ts";
import type { FailedOutcome, LanBody, LanOutgoing, LanPerson, LanQuestion, LanWhy } from "./contract.ts";
import type { Dialect, Shared } from "./dialect.ts";
import {
  messageWithinMs,
  silenceMs,
  type Next,
  type Pending,
  type RateName,
  type Reception,
  type Taken,
} from "./inbound.ts";
import type { LinkId } from "../machine.ts";
import type { Prepared, Sealed } from "./outbound.ts";
import { Proven } from "./proven.ts";
import { OwnKeys, type KeptKeys } from "./own-keys.ts";
import { cardRate } from "./rates.ts";
import { addressInIdentity, isCardFresh, isKeyed, keyIdentity, type RosterEntry } from "./roster.ts";
import {
  bodyBytesMax,
  isReceipt,
  openMessage,
  readEnvelope,
  sealMessage,
  writeBody,
  writeReceipt,
  type Envelope,
  type OpenedBody,
} from "./sealed.ts";

export const announcePeriodMs = minuteMs;
const ephemeralBytes = 32;
/** A sealed message of the greatest length has 45 KiB. */
export const messageBytesMax = 64 * 1_024;

export type ClassicItem =
  | { readonly kind: "plain"; readonly bytes: Uint8Array }
  | { readonly kind: "sealed"; readonly envelope: Envelope };

interface SealingParts {
  readonly seed: Uint8Array;
  readonly card: Card;
  readonly to: Card;
  readonly id: MessageId;
  readonly body: Uint8Array;
}

export interface ClassicParts {
  readonly crypto: Crypto;
  readonly random: Random;
  /** What was remembered as "keys" last; undefined at the very first start. */
  readonly keys: KeptKeys | undefined;
}

/**
 * Invariants: to an identity that is a key nothing goes out but sealed to that key; a text without a seal is never laid
 * to a key; our card is signed anew only when something in it changes.
 */
export class ClassicDialect implements Dialect<ClassicItem>, Reception<ClassicItem> {
  readonly announcePeriodMs = announcePeriodMs;
  readonly reception = this;
  readonly bytesMax = messageBytesMax;
  readonly completesAtOnce = false;
  readonly #shared: Shared;
  readonly #crypto: Crypto;
  readonly #random: Random;
  readonly #keys: OwnKeys;
  readonly #cards: CardReader;
  readonly #proven = new Proven();
  readonly #newCards = new TokenBucket(cardRate.perSecond, cardRate.burst, 0);
  #card: Card | undefined;

  constructor(parts: ClassicParts, shared: Shared) {
    const { crypto, random } = parts;
    this.#shared = shared;
    this.#crypto = crypto;
    this.#random = random;
    this.#cards = new CardReader(crypto);
    const remember = (record: Uint8Array): void =>
      shared.remember({ kind: "remember", what: "keys", record });
    this.#keys = new OwnKeys(crypto, random, parts.keys, remember);
  }

  get ownKey(): string | undefined {
    return this.#keys.inUse?.signText;
  }

  get wakeAt(): number | undefined {
    return this.#keys.wakeAt;
  }

  get isReady(): boolean {
    return this.#shared.me() !== undefined && this.#keys.inUse !== undefined;
  }

  start(now: Now): boolean {
    this.#keys.start(now);
    return true;
  }

  wake(now: Now): boolean {
    this.#keys.wake(now);
    return false;
  }

  remembered(what: LanQuestion["what"], done: boolean, now: Now): boolean {
    return what === "keys" && this.#keys.remembered(done, now);
  }

  announcement(from: string, now: Now): Uint8Array {
    const card = present(this.#ownCard(now), "the card of somebody who is ready to announce");
    return writeAnnouncement(card.name, from, card.json);
  }

  /** A card that does not hold is not overlooked: its announcement is dropped, so that no downgrade comes of it. */
  cardOf(announcement: Announcement, now: Now): Result<Card | undefined, string> {
    if (announcement.card === undefined) return good(undefined);
    const known = this.#cards.known(announcement.card);
    if (known === undefined && !this.#newCards.take(now.mono)) return bad("card-too-many");
    const card = known === undefined ? this.#cards.read(announcement.card) : good(known);
    if (!card.ok) return card.problem === "card-version" ? good(undefined) : card;
    if (card.value.name !== announcement.name) return bad("card-of-another-name");
    return card.value.signText === this.ownKey ? bad("card-of-ours") : card;
  }

  prepare(outgoing: LanOutgoing, now: Now): Prepared | FailedOutcome {
    const entry = this.#shared.roster.find(outgoing.to);
    if (isKeyed(outgoing.to)) return this.#prepareSealed(outgoing, entry, now);
    if (outgoing.sealedOnly) return waiting({ code: "no-consent" });
    const host = entry?.person.address ?? addressInIdentity(outgoing.to);
    if (host === undefined) return waiting({ code: "offline" });
    const { kind, text } = outgoing.body;
    const name = this.#shared.me()?.name ?? "";
    return { host, pieces: splitText(kind === "action" ? classicAction(name, text) : text) };
  }

  #prepareSealed(outgoing: LanOutgoing, entry: RosterEntry | undefined, now: Now): Prepared | FailedOutcome {
    if (entry?.card === undefined) return waiting({ code: "offline" });
    if (!isCardFresh(entry, now)) {
      return waiting({ code: this.#shared.roster.hasNamesake(entry) ? "key-changed" : "stale-key" });
    }
    const keys = this.#keys.inUse;
    const card = this.#ownCard(now);
    if (keys === undefined || card === undefined)
      return { state: "failed", why: { code: "network-down" }, again: "later" };
    const {
      id,
      at,
      body: { kind, text },
    } = outgoing;
    const body = writeBody({ kind, id, at, text });
    if (body.length > bodyBytesMax) return tooLong(body.length);
    const parts = { seed: keys.seed, card, to: entry.card, id, body };
    return { host: entry.person.address, seal: () => this.#seal(parts) };
  }

  #seal({ seed, card, to, id, body }: SealingParts): Sealed | FailedOutcome {
    const ephemeral = this.#random.bytes(ephemeralBytes);
    const sealed = sealMessage(this.#crypto, { seed, card, ephemeral }, to, body);
    this.#crypto.forget(ephemeral);
    if (sealed === undefined) return waiting({ code: "other", details: { problem: "key" } });
    const { bytes, context } = sealed;
    return { bytes, isReceipt: (answer) => isReceipt(this.#crypto, context, id, answer) };
  }

  take({ bytes, ended, silentMs, ageMs }: Pending): Taken<ClassicItem> | "malformed" | undefined {
    const sealed = isSealed(bytes);
    if (sealed === true) {
      if (!ended) return undefined;
      const envelope = readEnvelope(bytes);
      return envelope === undefined
        ? "malformed"
        : { item: { kind: "sealed", envelope }, length: bytes.length };
    }
    // What may yet become a sealed message is not shown as text when the network hesitates in its first bytes.
    const isComplete = ended || (sealed === "open" ? ageMs >= messageWithinMs : silentMs >= silenceMs);
    return isComplete ? { item: { kind: "plain", bytes }, length: bytes.length } : undefined;
  }

  /** This claim is not proven yet, but one like it was: anybody who heard a card can quote it. */
  rateOf(item: ClassicItem, host: string, now: Now): RateName {
    if (item.kind === "plain") return "stranger";
    const { claimed } = item.envelope;
    const isProven = this.#proven.has(claimed, host, now.mono);
    return isProven && this.#shared.companions.has(keyIdentity(claimed)) ? "companion" : "stranger";
  }

  receive(item: ClassicItem, link: { readonly id: LinkId; readonly host: string }, now: Now): Next {
    return item.kind === "plain"
      ? this.#receivePlain(item.bytes, link.host, now)
      : this.#receiveSealed(item.envelope, link, now);
  }

  #receivePlain(bytes: Uint8Array, host: string, now: Now): Next {
    const { roster, tell } = this.#shared;
    const from = roster.speakerAt(host);
    const said = readText(bytes, from.name);
    if (said.kind === "goodbye") return "close";
    if (said.kind === "nothing") return "more";
    tell(roster.spoke(from, now));
    const arrival = { from, body: { kind: "text", text: said.text }, secrecy: "none" } as const;
    this.#shared.emit({ kind: "report", report: { kind: "arrived", arrival } });
    return "more";
  }

  #receiveSealed(envelope: Envelope, link: { readonly id: LinkId; readonly host: string }, now: Now): Next {
    const keys = this.#keys.inUse;
    const opened =
      keys === undefined ? bad("sealed-no-keys") : openMessage(this.#crypto, keys, envelope, this.#cards);
    if (!opened.ok) {
      this.#shared.emit({ kind: "count", what: opened.problem });
      this.#proven.remove(envelope.claimed, link.host);
      return "false-claim";
    }
    const { from: card, body, context } = opened.value;
    this.#proven.add(card.signText, link.host, now.mono);
    const from = this.#personWith(card, link.host, now);
    const sealed = { id: body.id, at: body.at, token: link.id };
    const arrival = { from, body: shown(body), secrecy: "end-to-end", sealed } as const;
    this.#shared.emit({ kind: "report", report: { kind: "arrived", arrival } });
    return { receipt: writeReceipt(this.#crypto, context, body.id) };
  }

  /** Who is heard by a message alone, since broadcasts do not reach us from there, can be answered all the same. */
  #personWith(card: Card, host: string, now: Now): LanPerson {
    const { roster, tell } = this.#shared;
    const identity = keyIdentity(card.signText);
    if (!roster.isOnline(identity)) {
      const changes = roster.heard({ name: card.name, host, card }, now);
      if (changes.ok) tell(changes.value);
    }
    const known = roster.find(identity)?.person;
    const { name, status: availability } = card;
    return known ?? { identity, keyed: true, name, secrecy: "end-to-end", address: host, availability };
  }

  #ownCard(now: Now): Card | undefined {
    const [me, keys] = [this.#shared.me(), this.#keys.inUse];
    if (me === undefined || keys === undefined) return undefined;
    const key = keys.days[0].publicKey;
    const card = this.#card;
    if (card?.name === me.name && card.status === me.availability && card.key === key) return card;
    const at = Math.max(0, Math.floor(now.wall));
    this.#card = signCard(this.#crypto, keys.seed, { name: me.name, status: me.availability, key, at });
    return this.#card;
  }
}

function shown(body: OpenedBody): LanBody {
  return body.kind === "unknown"
    ? { kind: "unknown", what: body.what }
    : { kind: body.kind, text: body.text };
}

function waiting(why: LanWhy): FailedOutcome {
  return { state: "failed", why, again: "when-seen" };
}

function tooLong(size: number): FailedOutcome {
  return {
    state: "failed",
    why: { code: "too-long", details: { size, limit: bodyBytesMax } },
    again: "never",
  };
}
