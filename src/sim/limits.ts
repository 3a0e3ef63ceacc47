/** What a program may hold and do at the most: everything that is bounded by name, looked at while a world runs. */
import { minuteMs } from "../base/time.ts";
import { unfinishedMax } from "../core/chat.ts";
import { unansweredMax } from "../core/conversations/conversations.ts";
import { openDeliveriesMax } from "../core/messages/outbox.ts";
import { strangersMax } from "../core/people/meeting.ts";
import type { Store } from "../core/ports/store.ts";
import type { Person, PersonWork } from "./person.ts";
import type { World } from "./world.ts";

/** How much there is of what. */
export type Load = Readonly<Record<string, number>>;

/** For every network; a plug adds what its own machine is bounded by. */
export const commonBounds: Load = {
  "open deliveries": openDeliveriesMax,
  "unanswered conversations": unansweredMax,
  "unfinished reports": unfinishedMax,
  "strangers kept": strangersMax,
  // Nobody in a world asks faster than the loop turns.
  "commands awaited": 100,
  // A machine asks for a record to be kept, and again when the answer is there.
  "questions at one time": 8,
  // Ends of streams at one host: the limit of accepted ones, and as many again.
  "streams of the host": 512,
  // A machine that is left alone has little to do; one that leaves an alarm behind with each message has ever more.
  "wake-ups a minute of its own": 120,
  // The core tries a full disk again each second, and people ask for something now and then.
  "turns a minute of its own": 240,
};

/** What happens for its own sake, counted from one look to the next. */
interface Pulse extends PersonWork {
  readonly time: number;
}

export class Limits {
  readonly #world: World;
  readonly #bounds: Load;
  readonly #pulses = new Map<Person, Pulse>();

  constructor(world: World, bounds: Load = {}) {
    this.#world = world;
    this.#bounds = { ...commonBounds, ...bounds };
  }

  check(person: Person): void {
    const [held, rates] = [loadOf(person), this.#rates(person)];
    if (held === undefined) return;
    const load = { ...held, ...rates };
    for (const what of excesses(load, this.#bounds)) this.#world.violated("I11", `${person.name}: ${what}`);
  }

  /** Beyond what comes in from outside. Nothing at the first look after a start. */
  #rates(person: Person): Load {
    const { time } = this.#world.scheduler;
    const before = this.#pulses.get(person);
    const { work } = person;
    if (work === undefined) this.#pulses.delete(person);
    else this.#pulses.set(person, { ...work, time });
    if (work === undefined || before?.run !== work.run) return ratesOf(0, 0);
    const minutes = Math.max(1, (time - before.time) / minuteMs);
    const [woken, told] = [work.woken - before.woken, work.told - before.told];
    return ratesOf((woken - told) / minutes, (work.turns - before.turns - woken - told) / minutes);
  }
}

function ratesOf(wakes: number, turns: number): Load {
  return { "wake-ups a minute of its own": wakes, "turns a minute of its own": turns };
}

/** In words: all of which there is more than may be. What is bounded and not shown is too much. */
export function excesses(load: Load, bounds: Load): readonly string[] {
  return Object.entries(bounds).flatMap(([what, most]) => {
    const count = load[what] ?? Infinity;
    return count > most ? [`${what}: ${count}, at most ${most}`] : [];
  });
}

/** Of a program that runs. */
function loadOf({ chat, network, work, host, disk, awaited }: Person): Load | undefined {
  if (chat === undefined || network === undefined || work === undefined) return undefined;
  const { links, sockets, facts } = network.inspect();
  return {
    ...Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, Number(value)])),
    "open deliveries": chat.queries.outboxSize(),
    "unanswered conversations": chat.queries.strangers().unanswered,
    "unfinished reports": chat.unfinished,
    "strangers kept": disk.content === undefined ? 0 : strangersIn(disk.content),
    "commands awaited": awaited,
    "questions at one time": work.askedAtOnce,
    "streams of the host": host.streams.size,
    sockets: sockets.length,
    "links dialled": links.dialled,
    "links accepted": links.accepted,
    "oldest dialled link (ms)": work.oldestDialMs,
  };
}

/** People whom nothing but having been heard of keeps, as the core has it. */
function strangersIn({ people, conversations }: Store): number {
  const contacts = new Map(people.contacts().map(({ id, person }) => [id, person]));
  const acquainted = new Set(
    conversations
      .list()
      .flatMap(({ person, members }) => [person, ...members.map(({ contact }) => contacts.get(contact))]),
  );
  const strangers = people
    .list()
    .filter(
      ({ id, trust, givenName, plainAllowed }) =>
        !acquainted.has(id) && trust !== "verified" && givenName === undefined && !plainAllowed,
    );
  return strangers.length;
}
