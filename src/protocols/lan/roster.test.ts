/** Who is who: keys before names before addresses, and room for the people who matter. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { Now } from "../../base/time.ts";
import type { Card } from "./card.ts";
import {
  addressInIdentity,
  cardFreshForMs,
  isCardFresh,
  namesPerAddressMax,
  onlineForMs,
  peopleMax,
  Roster,
  type Heard,
  type RosterChange,
} from "./roster.ts";

const now = (mono: number): { readonly mono: number; readonly wall: number } => ({
  mono,
  wall: mono + 1_000_000,
});

/** A roster does not check cards: it is given checked ones. */
function cardOf(name: string, signText: string, status: Card["status"] = "available", at = 1): Card {
  const bytes = new Uint8Array(32);
  const sig = [name, signText, status, at].join(" ");
  const json = { v: 1, name, status, key: "", sign: signText, at, sig } as const;
  return { name, status, key: bytes, sign: bytes, signText, at, json };
}

function told(change: RosterChange): string {
  if (change.kind === "gone") return `gone ${change.entry.person.identity}`;
  return `seen ${change.person.identity} at ${change.person.address}`;
}

class Told {
  readonly roster: Roster;
  constructor(companions: readonly string[] = []) {
    this.roster = new Roster((identity) => companions.includes(identity));
  }

  hear(name: string, host: string, mono: number, card?: Card): readonly string[] {
    const changes = this.roster.heard({ name, host, ...(card && { card }) }, now(mono));
    return changes.ok ? changes.value.map(told) : [changes.problem];
  }

  speak(host: string, mono: number): readonly string[] {
    return this.roster.spoke(this.roster.speakerAt(host), now(mono)).map(told);
  }

  expire(mono: number): readonly string[] {
    return this.roster
      .expire(now(mono))
      .map((change) => (change.kind === "gone" ? change.entry.person.identity : "?"));
  }
}

it("somebody is told of once, and again when something about them changes", () => {
  const told = new Told();
  expect(told.hear("Ece", "10.0.0.1", 0)).toEqual(["seen name:Ece at 10.0.0.1"]);
  expect(told.hear("Ece", "10.0.0.1", 1)).toEqual([]);
  const card = cardOf("Ada", "A");
  expect(told.hear("Ada", "10.0.0.2", 2, card)).toEqual(["seen key:A at 10.0.0.2"]);
  expect(told.hear("Ada", "10.0.0.2", 3, card)).toEqual([]);
  expect(told.hear("Ada", "10.0.0.2", 4, cardOf("Ada", "A", "busy"))).toHaveLength(1);
  const later = cardOf("Ada", "A", "available", 2);
  expect(told.hear("Ada", "10.0.0.9", 5, later)).toEqual(["seen key:A at 10.0.0.9"]);
  expect(told.hear("Adam", "10.0.0.9", 6, cardOf("Adam", "A"))).toEqual(["seen key:A at 10.0.0.9"]);
});

it("150 seconds of silence are gone, and coming back is told", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0);
  expect(told.roster.wakeAt).toBe(onlineForMs);
  expect(told.expire(onlineForMs - 1)).toEqual([]);
  expect(told.expire(onlineForMs)).toEqual(["name:Ece"]);
  expect(told.roster.isOnline("name:Ece")).toBe(false);
  expect(told.hear("Ece", "10.0.0.1", onlineForMs + 1)).toEqual(["seen name:Ece at 10.0.0.1"]);
});

it("a name that turns up elsewhere while the first is silent has moved", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0);
  told.expire(onlineForMs);
  expect(told.hear("Ece", "10.0.0.2", onlineForMs)).toEqual(["seen name:Ece at 10.0.0.2"]);
});

it("two live addresses of one name are two, until one alone uses it again", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0);
  expect(told.hear("Ece", "10.0.0.2", 1)).toEqual(["seen name:Ece@10.0.0.2 at 10.0.0.2"]);
  expect(told.hear("Ece", "10.0.0.1", 2)).toEqual([]);
  told.hear("Ece", "10.0.0.2", 100_000);
  expect(told.expire(onlineForMs + 2)).toEqual(["name:Ece"]);
  expect(told.hear("Ece", "10.0.0.2", onlineForMs + 3)).toEqual([
    "gone name:Ece@10.0.0.2",
    "seen name:Ece at 10.0.0.2",
  ]);
});

it("a key is nobody else, whatever the name; the same name without it is another", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0, cardOf("Ece", "A"));
  expect(told.hear("Ece", "10.0.0.2", 1, cardOf("Ece", "B"))).toEqual(["seen key:B at 10.0.0.2"]);
  expect(told.hear("Ece", "10.0.0.3", 2)).toEqual(["seen name:Ece at 10.0.0.3"]);
  expect(told.roster.size).toBe(3);
});

it("a classic program that begins to announce a card is that key from then on, and its name goes", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0);
  expect(told.hear("Ece", "10.0.0.1", 1, cardOf("Ece", "A"))).toEqual([
    "gone name:Ece",
    "seen key:A at 10.0.0.1",
  ]);
});

it("plain text is never laid to a key, nor to another address's name", () => {
  const told = new Told();
  expect(told.roster.speakerAt("10.0.0.7")).toMatchObject({ identity: "address:10.0.0.7", name: "10.0.0.7" });
  told.hear("Ece", "10.0.0.1", 0, cardOf("Ece", "A"));
  expect(told.roster.speakerAt("10.0.0.1")).toMatchObject({
    identity: "name:Ece",
    keyed: false,
    secrecy: "none",
  });
  told.hear("Ece", "10.0.0.2", 1);
  expect(told.roster.speakerAt("10.0.0.1")).toMatchObject({ identity: "name:Ece@10.0.0.1", keyed: false });
  expect(told.roster.speakerAt("10.0.0.2")).toMatchObject({ identity: "name:Ece" });
});

it("a name made to look like another's name with its address stands apart", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0);
  told.hear("Ece", "10.0.0.2", 1);
  expect(told.hear("Ece@10.0.0.2", "10.0.0.66", 2)).toEqual([
    "seen name:Ece@10.0.0.2@10.0.0.66 at 10.0.0.66",
  ]);
  expect(addressInIdentity("name:Ece@10.0.0.2@10.0.0.66")).toBe("10.0.0.66");
  expect(addressInIdentity("name:Ece")).toBeUndefined();
  expect(addressInIdentity("address:10.0.0.2")).toBe("10.0.0.2");
  expect(addressInIdentity("key:10.0.0.2")).toBeUndefined();
});

it("512 people are kept; then the one silent longest goes, never one with a conversation", () => {
  const told = new Told(["name:p0"]);
  for (let i = 0; i < peopleMax; i++) told.hear(`p${i}`, `10.1.${i >> 8}.${i & 255}`, i);
  expect(told.roster.size).toBe(peopleMax);
  expect(told.hear("new", "10.2.0.1", 1_000)).toEqual(["gone name:p1", "seen name:new at 10.2.0.1"]);
  told.hear("p3", "10.1.0.3", onlineForMs);
  told.expire(onlineForMs + 2);
  expect(told.hear("newer", "10.2.0.2", onlineForMs + 2)).toEqual(["seen name:newer at 10.2.0.2"]);
  expect(told.roster.find("name:p2")).toBeUndefined();
  expect(told.roster.find("name:p0")).toBeDefined();
  expect(told.roster.size).toBe(peopleMax);
});

it("where everybody has a conversation, a newcomer finds no room", () => {
  const told = new Told(Array.from({ length: peopleMax }, (_, i) => `name:p${i}`));
  for (let i = 0; i < peopleMax; i++) told.hear(`p${i}`, `10.1.${i >> 8}.${i & 255}`, i);
  expect(told.hear("new", "10.2.0.1", 1_000)).toEqual(["roster-full"]);
  expect(told.speak("10.2.0.1", 1_000)).toEqual([]);
});

it("an address that announces one name after the other fills its own eight places only", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0);
  for (let i = 0; i < 1_000; i++) told.hear(`m${i}`, "10.0.0.66", i);
  expect(told.roster.size).toBe(1 + namesPerAddressMax);
  expect(told.roster.find("name:m999")).toBeDefined();
});

it("a card is fresh for 36 hours after it was heard", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0, cardOf("Ece", "A"));
  const entry = told.roster.find("key:A");
  if (entry === undefined) throw new Error("she was heard");
  expect(isCardFresh(entry, now(cardFreshForMs))).toBe(true);
  expect(isCardFresh(entry, now(cardFreshForMs + 1))).toBe(false);
});

it("of one key the card heard last wins, a recording too, until its owner is heard again", () => {
  const told = new Told();
  const [recorded, latest] = [cardOf("Ece", "A", "busy", 1), cardOf("Ece", "A", "available", 2)];
  told.hear("Ece", "10.0.0.1", 0, latest);
  expect(told.hear("Ece", "10.0.0.66", 1, recorded)).toEqual(["seen key:A at 10.0.0.66"]);
  expect(told.hear("Ece", "10.0.0.1", 2, latest)).toEqual(["seen key:A at 10.0.0.1"]);
});

it("a card that is new wins, whatever time it claims", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0, cardOf("Ece", "A", "available", 1_000));
  expect(told.hear("Ece", "10.0.0.1", 1, cardOf("Ece", "A", "busy", 7))).toHaveLength(1);
  expect(told.hear("Ece", "10.0.0.1", 2, cardOf("Ece", "A", "available", 5))).toHaveLength(1);
});

it("who speaks without being heard to announce is there, until 150 seconds after the last word", () => {
  const told = new Told();
  expect(told.speak("10.0.0.7", 0)).toEqual(["seen address:10.0.0.7 at 10.0.0.7"]);
  expect(told.speak("10.0.0.7", 1_000)).toEqual([]);
  expect(told.expire(onlineForMs)).toEqual([]);
  expect(told.expire(onlineForMs + 1_000)).toEqual(["address:10.0.0.7"]);
  told.hear("Ece", "10.0.0.1", onlineForMs);
  told.expire(2 * onlineForMs);
  expect(told.speak("10.0.0.1", 2 * onlineForMs)).toEqual(["seen name:Ece at 10.0.0.1"]);
});

it("an address that begins to announce a name is that name from then on", () => {
  const told = new Told();
  told.speak("10.0.0.7", 0);
  expect(told.hear("Ece", "10.0.0.7", 1)).toEqual(["gone address:10.0.0.7", "seen name:Ece at 10.0.0.7"]);
});

it("who speaks in plain under the name of a card holder stays, while the card holder goes on announcing", () => {
  const told = new Told();
  told.hear("Ece", "10.0.0.1", 0, cardOf("Ece", "A"));
  expect(told.speak("10.0.0.1", 1)).toEqual(["seen name:Ece at 10.0.0.1"]);
  expect(told.hear("Ece", "10.0.0.1", 2, cardOf("Ece", "A", "busy"))).toEqual(["seen key:A at 10.0.0.1"]);
  expect(told.roster.isOnline("name:Ece")).toBe(true);
});

it("a text is laid to who is online at the address, not to who had it once", () => {
  const told = new Told();
  told.hear("Ali", "10.0.0.1", 0);
  told.expire(onlineForMs);
  expect(told.roster.speakerAt("10.0.0.1").identity).toBe("name:Ali");
  told.hear("Ece", "10.0.0.1", onlineForMs, cardOf("Ece", "A"));
  expect(told.roster.speakerAt("10.0.0.1").identity).toBe("name:Ece");
});

function changesOf(roster: Roster, heard: Heard, at: Now): readonly RosterChange[] {
  const gone = roster.expire(at);
  const fresh = roster.heard(heard, at);
  const spoken = roster.spoke(roster.speakerAt(heard.host), at);
  return [...gone, ...(fresh.ok ? fresh.value : []), ...spoken];
}

it("whatever is heard: the roster stays within its bounds and tells of everybody who is online exactly once", () => {
  const host = fc.nat({ max: 5 }).map((n) => `10.0.0.${n}`);
  const name = fc.constantFrom("Ece", "Ada", "Ece@10.0.0.1");
  const card = fc.option(fc.constantFrom("A", "B"), { nil: undefined });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, host, card, fc.nat({ max: 100_000 })), { maxLength: 60 }),
      (steps) => {
        const roster = new Roster(() => false);
        const online = new Set<string>();
        let mono = 0;
        for (const [who, from, sign, ms] of steps) {
          mono += ms;
          const heard = { name: who, host: from, ...(sign !== undefined && { card: cardOf(who, sign) }) };
          for (const change of changesOf(roster, heard, now(mono))) {
            if (change.kind === "seen") online.add(change.person.identity);
            else expect(online.delete(change.entry.person.identity)).toBe(true);
          }
          expect(online.size).toBe(roster.onlineCount);
          for (const identity of online) expect(roster.isOnline(identity)).toBe(true);
          expect(roster.speakerAt(from).keyed).toBe(false);
        }
      },
    ),
  );
});
