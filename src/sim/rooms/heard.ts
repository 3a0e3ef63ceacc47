/** What each member of a room was shown: nothing twice, nothing that nobody said, and by whoever said it. */
import type { Message } from "../../core/model.ts";
import type { RoomMember } from "../../core/ports/network.ts";
import { textOf } from "../checks.ts";
import type { Ledger, Sent } from "../ledger.ts";
import type { Person } from "../person.ts";
import type { ScenePlace } from "../scene.ts";
import type { World } from "../world.ts";
import { viewOf } from "./overlay.ts";

/** How texts of strangers begin: they are the only ones that no ledger knows. */
export const strangersMark = "~";

/** Texts of fewer characters arrive whole, however many bytes each of them has. */
const wholeLengthMin = 499 / 4;

/** Shorter pieces of long texts may be alike. */
const tellingPieceMin = 30;

/** What is younger is known again whoever begins anew, with some time to spare. */
const rememberedMs = 25_000;

/** Beyond this, loss and delays hold a text up for longer than it is remembered. */
const slowStrength = 0.7;

interface Showing {
  /** World time. */
  readonly at: number;
  /** How often the one who shows it had begun anew, and the one who said it as seen from there. */
  readonly life: number;
  readonly incarnation: number;
}

/** One member's view, from the world's beginning to its end. */
interface Listener {
  life: number;
  /** Under which it stood in the list last. */
  own: string;
  readonly shown: Map<string, Showing>;
  /** By name: how often the wire lets whoever bears it begin anew. */
  readonly incarnations: Map<string, number>;
  list: readonly string[];
}

export class Heard {
  readonly #world: World;
  readonly #ledger: Ledger;
  /** Names that each has had in rooms. */
  readonly #names: ReadonlyMap<Person, ReadonlySet<string>>;
  /** What arrives is shown at once, and not when the disk has room again. */
  readonly #prompt: boolean;
  /** A link can be held up for minutes, with texts that all others have forgotten, and with calls that are no longer true. */
  readonly #lingering: boolean;
  readonly #listeners = new Map<Person, Listener>();

  constructor({ world, ledger, options }: ScenePlace, names: ReadonlyMap<Person, ReadonlySet<string>>) {
    this.#world = world;
    this.#ledger = ledger;
    this.#names = names;
    const { faults } = options;
    this.#prompt = faults["full-disks"] === undefined;
    const isSlow = Math.max(faults.loss ?? 0, faults.delays ?? 0) > slowStrength;
    this.#lingering = isSlow || faults.partitions !== undefined || faults.cables !== undefined;
  }

  /** Ids of the wire mean nothing beyond one stay in a room. */
  beganAnew(person: Person): void {
    this.#of(person).life++;
  }

  /** Looks at the list, which tells who has begun anew: whoever has left it, or is nearer to its front than before. */
  look(person: Person): void {
    const listener = this.#of(person);
    const before = listener.list;
    const view = viewOf(person);
    // Whoever has another address enters anew.
    if (view !== undefined && view.own !== listener.own) {
      listener.life++;
      listener.own = view.own;
    }
    const list = view?.joined.members.map(nameAt) ?? [];
    const kept = list.filter((one) => before.includes(one));
    const keptBefore = before.filter((one) => list.includes(one));
    for (const one of before) {
      const hasLeft = !list.includes(one);
      if (hasLeft || kept.indexOf(one) < keptBefore.indexOf(one)) {
        const name = nameOf(one);
        listener.incarnations.set(name, (listener.incarnations.get(name) ?? 0) + 1);
      }
    }
    listener.list = list;
  }

  /** Somebody was shown this, which `author` is said to have written. */
  told(person: Person, message: Message, author: string): void {
    const text = textOf(message);
    if (text.startsWith(strangersMark)) return;
    const sent = this.#saidAs(text, author);
    if (sent === undefined) {
      this.#world.violated("I2", `${person.name} is shown "${text}" as ${author}'s, who never said it`);
      return;
    }
    this.look(person);
    if (sent.text === text || text.length >= tellingPieceMin) this.#judgeOnce(person, text, author);
  }

  /**
   * A text that a slow link still carries is known again unless whoever shows or said it began anew meanwhile: that is
   * all that ids of this wire are good for.
   */
  #judgeOnce(person: Person, text: string, author: string): void {
    const { life, shown, incarnations } = this.#of(person);
    const before = shown.get(text);
    const now = { at: this.#world.scheduler.time, life, incarnation: incarnations.get(author) ?? 0 };
    shown.set(text, now);
    if (before?.life !== life) return;
    const isYoung = this.#prompt && now.at - before.at < rememberedMs;
    const isKnown = !this.#lingering && before.incarnation === now.incarnation;
    if (isYoung || isKnown) this.#world.violated("I1", `${person.name} is shown "${text}" twice`);
  }

  /** By somebody who has borne the name: the whole of it, or a piece of something long. */
  #saidAs(text: string, author: string): Sent | undefined {
    const isBy = ({ from }: Sent): boolean => this.#names.get(from)?.has(author) === true;
    const whole = this.#ledger.withText(text);
    if (whole !== undefined) return isBy(whole) ? whole : undefined;
    for (const sent of this.#ledger.sent())
      if (sent.text.length > wholeLengthMin && isBy(sent) && sent.text.includes(text)) return sent;
    return undefined;
  }

  #of(person: Person): Listener {
    const known = this.#listeners.get(person);
    if (known !== undefined) return known;
    const listener: Listener = { life: 0, own: "", shown: new Map(), incarnations: new Map(), list: [] };
    this.#listeners.set(person, listener);
    return listener;
  }
}

function nameAt({ name, address }: RoomMember): string {
  return `${name} ${address}`;
}

function nameOf(nameAtAddress: string): string {
  return nameAtAddress.slice(0, nameAtAddress.indexOf(" "));
}
