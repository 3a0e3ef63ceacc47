/** A world with rooms: a server that dies and returns, people who come, go and poke, and what holds among them. */
import { type ConversationId, newMessageId } from "../../base/ids.ts";
import type { Random } from "../../base/random.ts";
import { hourMs, minuteMs, secondMs } from "../../base/time.ts";
import type { ChatEvent } from "../../core/events.ts";
import type { Network, RoomsFacet } from "../../core/ports/network.ts";
import type { Store } from "../../core/ports/store.ts";
import { everything, textOf } from "../checks.ts";
import type { Person } from "../person.ts";
import type { Scene, ScenePlace } from "../scene.ts";
import { Heard } from "./heard.ts";
import { components, drawn, type View, viewOf, viewsOf } from "./overlay.ts";
import { annex, commons } from "./places.ts";
import { ServerHost } from "./server-host.ts";

const lookEveryMs = secondMs;
/** Whoever could not join tries again after a while, as people do. */
const wishAgainMs = 10 * secondMs;
const movesPerHour = 2;
const pokesPerHour = 6;
const serverCrashesPerHour = 4;
const serverDownMsMost = 5 * minuteMs;

/**
 * After the faults the server must forget who is gone (a minute of silence and a tick), members must find it again
 * (pauses up to half a minute) and hear of the change (20 s), and links that a partition had frozen must thaw (a
 * minute). From then on everything that is said reaches everybody.
 */
export const rollCallAfterMs = 3 * minuteMs;
/** What is said then waits for nothing but the way. */
export const rollCallMs = minuteMs;
/** All who stand in the server's list hang together by then: they hear of it within 20 s, and dial. */
const wholeWithinMs = 25 * secondMs;

/** Where somebody wants to be, and as whom. */
interface Wish {
  room: string;
  user: string;
  /** They are there, or will be again by themselves after a restart. */
  entered: boolean;
  /** The network that was asked and has not answered; a crash takes the answer along. */
  asking: Network | undefined;
}

export class RoomsScene implements Scene {
  readonly #place: ScenePlace;
  readonly #random: Random;
  readonly #server: ServerHost;
  readonly #wishes = new Map<Person, Wish>();
  readonly #names = new Map<Person, Set<string>>();
  readonly #heard: Heard;
  /** The texts of the roll call, by who said them. */
  readonly #calls = new Map<Person, string>();
  #isSettling = false;
  /** World time since which all of them, and nobody else, stand in the server's list. */
  #listedSince = Infinity;

  constructor(place: ScenePlace) {
    this.#place = place;
    this.#random = place.world.dice();
    this.#server = new ServerHost(place.world);
    this.#heard = new Heard(place, this.#names);
  }

  begin(): void {
    const { world, people, options } = this.#place;
    this.#server.start();
    for (const person of people) {
      const user = /called (.*)\)/.exec(person.name)?.[1] ?? person.name;
      this.#wishes.set(person, { room: commons, user, entered: false, asking: undefined });
      this.#names.set(person, new Set([user]));
      this.#wishOn(person);
      world.often(this.#random, hourMs / movesPerHour, () => {
        this.#move(person);
      });
      world.often(this.#random, hourMs / pokesPerHour, () => {
        this.#poke(person);
      });
    }
    this.#lookOn();
    const { crashes } = options.faults;
    if (crashes !== undefined)
      world.often(this.#random, hourMs / (serverCrashesPerHour * crashes), () => {
        this.#crashServer();
      });
  }

  conversationOf(person: Person): ConversationId | undefined {
    const room = viewOf(person)?.joined.room;
    const views = person.chat?.queries.conversations() ?? [];
    return views.find(({ conversation }) => room !== undefined && conversation.room === room)?.conversation
      .id;
  }

  started(person: Person): void {
    this.#heard.beganAnew(person);
  }

  happened(person: Person, event: ChatEvent): void {
    if (event.kind !== "message-added") return;
    const message = person.disk.content?.messages.get(event.message);
    if (message?.author === undefined) return;
    const author = person.disk.content?.people.contacts().find(({ id }) => id === message.author);
    if (message.body.kind === "text") this.#heard.told(person, message, author?.name ?? "nobody");
  }

  settle(): void {
    const { world, people } = this.#place;
    this.#isSettling = true;
    this.#server.start();
    for (const person of people) {
      const wish = this.#wishes.get(person);
      if (wish !== undefined) wish.room = commons;
      this.#follow(person);
    }
    world.scheduler.after(rollCallAfterMs, () => {
      this.#callRoll();
    });
  }

  *lacks(_: Person, store: Store): Iterable<string> {
    if (this.#calls.size < this.#place.people.length) yield "waits for the roll call";
    else {
      const said = new Set(store.messages.since(0, everything).map(textOf));
      for (const [other, text] of this.#calls)
        if (!said.has(text)) yield `lacks "${text}", which ${other.name} said when all was well`;
    }
  }

  #judgeRepair(): void {
    const { world, people } = this.#place;
    const views = viewsOf(people, commons);
    const isListed = views.length === people.length && this.#server.lists(commons, views.map(ownOf));
    const { time } = world.scheduler;
    this.#listedSince = isListed ? Math.min(this.#listedSince, time) : Infinity;
    if (time - this.#listedSince > wholeWithinMs && components(views).length > 1)
      this.#violated("I13", `all have been listed for long, and the room is in parts: ${drawn(views)}`);
  }

  /** Everybody is in the room and hangs together with everybody else; and each says that they are there. */
  #callRoll(): void {
    const { people } = this.#place;
    const views = viewsOf(people, commons);
    for (const person of people) {
      const joined = views.find((view) => view.person === person)?.joined;
      if (joined?.connected !== true && people.length > 1)
        this.#violated(
          "I13",
          `${person.name} is ${joined === undefined ? "not in the room" : "linked to nobody"}`,
        );
    }
    if (components(views).length > 1) this.#violated("I13", `the room has come apart: ${drawn(views)}`);
    for (const person of people) this.#call(person);
  }

  #call(person: Person): void {
    const conversation = this.conversationOf(person);
    if (conversation === undefined) return;
    const text = `${person.name} is here.`;
    const id = newMessageId(this.#random);
    const sent = this.#place.ledger.sending({ id, from: person, to: new Set(), text });
    this.#calls.set(person, text);
    const body = { kind: "text", text } as const;
    person.ask({ kind: "send-message", conversation, body, message: id, allowPlain: true }, (answer) => {
      sent.fate = answer.ok ? "ok" : "failed";
      if (!answer.ok) this.#violated("I13", `${person.name} cannot say "${text}": ${answer.problem.message}`);
    });
  }

  #lookOn(): void {
    for (const person of this.#place.people) if (person.running) this.#heard.look(person);
    if (this.#isSettling) this.#judgeRepair();
    this.#place.world.scheduler.after(lookEveryMs, () => {
      this.#lookOn();
    });
  }

  /** As long as the world lasts: whoever is not where they want to be sees to it. */
  #wishOn(person: Person): void {
    this.#follow(person);
    this.#place.world.scheduler.after((0.5 + this.#random.fraction()) * wishAgainMs, () => {
      this.#wishOn(person);
    });
  }

  #follow(person: Person): void {
    const wish = this.#wishes.get(person);
    const { network } = person;
    const rooms = network?.rooms;
    if (wish === undefined || rooms === undefined || wish.asking === network) return;
    const [joined] = rooms.state().joined;
    const isWrong = joined !== undefined && (joined.room !== wish.room || !wish.entered);
    if (!isWrong && (joined !== undefined || wish.entered)) return;
    wish.asking = network;
    const answered = (entered: boolean): void => {
      if (wish.asking === network) [wish.asking, wish.entered] = [undefined, entered];
    };
    if (isWrong) wish.entered = false;
    else this.#heard.beganAnew(person);
    const asked = isWrong ? rooms.leave() : enter(rooms, wish);
    // What the user is told when it cannot be is the user's; it is asked again.
    const settled = asked.then(
      () => answered(!isWrong),
      () => answered(false),
    );
    this.#place.world.await(settled, () => undefined);
  }

  /** Goes away, to come back or to another room, perhaps as somebody else. */
  #move(person: Person): void {
    const wish = this.#wishes.get(person);
    if (wish === undefined) return;
    if (this.#random.fraction() < 0.3) {
      wish.user = `${person.name.slice(0, 5)}-${Math.floor(this.#random.fraction() * 9)}`;
      this.#names.get(person)?.add(wish.user);
    }
    wish.room = this.#random.fraction() < 0.5 ? annex : commons;
    wish.entered = false;
    this.#follow(person);
  }

  #poke(person: Person): void {
    const members = viewOf(person)?.joined.members ?? [];
    const member = members[Math.floor(this.#random.fraction() * members.length)];
    const asked = member === undefined ? undefined : person.network?.poke?.poke(member.name);
    if (asked !== undefined)
      this.#place.world.await(
        asked.catch(() => undefined),
        () => undefined,
      );
  }

  #crashServer(): void {
    const { world } = this.#place;
    world.count("server-crashes");
    this.#server.crash(this.#random.fraction() < 0.5 ? "killed" : "power-cut", this.#random);
    world.scheduler.after(this.#random.fraction() * serverDownMsMost, () => {
      this.#server.start();
    });
  }

  #violated(invariant: string, what: string): void {
    this.#place.world.violated(invariant, what);
  }
}

function ownOf({ own }: View): string {
  return own;
}

async function enter(rooms: RoomsFacet, { user, room }: Wish): Promise<void> {
  rooms.user(user);
  await rooms.join(room);
}
