/** Made-up people and what they write: the same for the same seed, with common words and rare ones as in any language. */
import { seededRandom, wholeBetween } from "../src/base/random.ts";
import type { Random } from "../src/base/random.ts";
import { newMessageId, toNetworkName } from "../src/base/ids.ts";
import type { NetworkName } from "../src/base/ids.ts";
import type { ContactFacts, NetworkEvent, NetworkTraits, ReceiptToken } from "../src/core/ports/network.ts";
import type { Item } from "../src/core/turn.ts";

const vocabulary = 20_000;
const wordsLeast = 4;
const wordsMost = 20;
/** One message in so many is written in Han. */
const hanEvery = 50;
const hanFirst = 0x4e00;
const hanSigns = 2_000;

/** Stands in about every third message. */
export const commonWord = wordAt(3);
/** Stands in some messages of a hundred thousand. */
export const rareWord = wordAt(vocabulary - 7);
/** Begins the common word and many others. */
export const beginning = commonWord.slice(0, 2);
/** Two signs that follow each other in some texts. */
export const hanPair = String.fromCodePoint(hanFirst + 1, hanFirst + 2);
/** In no message. */
export const absentText = "zzqqzz";

/** What somebody could have written. */
export class Writer {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  text(): string {
    const length = wholeBetween(this.#random, wordsLeast, wordsMost);
    if (this.#random.fraction() < 1 / hanEvery) return this.#han(length);
    return Array.from({ length }, () => wordAt(this.#rank(vocabulary))).join(" ");
  }

  /** What a network would report: `count` messages of these people, in turn. */
  arrivals(people: number, count: number): Item[] {
    return Array.from({ length: count }, (_, at) => this.#arrival(at % people));
  }

  #arrival(person: number): Item {
    const from = contactOf(person);
    const event: NetworkEvent = {
      kind: "messageArrived",
      from,
      place: { kind: "direct", identity: from.identity },
      wireId: newMessageId(this.#random),
      sentAt: startOfTime,
      body: { kind: "text", text: this.text() },
      secrecy: "end-to-end",
      receipt: 1 as ReceiptToken,
    };
    return { kind: "network", network, event };
  }

  #han(length: number): string {
    const signs = Array.from({ length }, () => hanFirst + this.#rank(hanSigns));
    return String.fromCodePoint(...signs);
  }

  /** By Zipf's law: the n-th word comes as often as one n-th of the first. */
  #rank(most: number): number {
    return Math.floor(Math.exp(this.#random.fraction() * Math.log(most))) - 1;
  }
}

/** Wall ms: the moment of everything that is made up. */
export const startOfTime = 1_800_000_000_000;

export const network = networkNamed("lan");

export const networkAdded: Item = { kind: "network-added", network, traits: traits() };

function contactOf(person: number): ContactFacts {
  return { identity: `key:${person}`, keyed: true, name: `person${person}`, secrecy: "end-to-end" };
}

/** Letters in an order of their own, so that neighbours in frequency are no neighbours in the alphabet. */
function wordAt(rank: number): string {
  let word = "";
  for (let left = (rank * 7_919 + 13) % 456_976; word.length < 3 || left > 0; left = Math.floor(left / 26)) {
    word += String.fromCharCode(97 + (left % 26));
  }
  return word;
}

function networkNamed(text: string): NetworkName {
  const name = toNetworkName(text);
  if (name === undefined) throw new Error(`${text} is no name of a network`);
  return name;
}

function traits(): NetworkTraits {
  return {
    secrecy: "end-to-end",
    keepsForAbsent: false,
    textBytesMax: 32_000,
    asciiOnly: false,
    receipts: true,
    idsOnWire: true,
    carries: ["text", "action"],
    conversations: ["direct"],
    wholeRoom: false,
  };
}
