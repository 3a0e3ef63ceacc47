/** Bugs planted around the rooms program, each of a kind that programs on that wire have had. */
import { concatBytes, fromUtf8, toUtf8 } from "../../src/base/bytes.ts";
import type { Network } from "../../src/core/ports/network.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Address, Effect, Input, LinkId, Machine } from "../../src/protocols/machine.ts";
import { serverAddress } from "../../src/sim/rooms/places.ts";
import { roomsPlug } from "../../src/sim/rooms/plug.ts";
import type { Wrappers } from "../../src/sim/person.ts";
import { around, hearing, portOf, type Planted } from "./planted.ts";

const end = "::\r\n";

export const plantedInRooms: readonly Planted[] = [
  rooms("never returns to the ring", { driver: (driver) => around(driver, closed) }),
  rooms("does not look for another link when its own breaks", {
    driver: (driver) => around(driver, resigned),
  }),
  rooms("remembers the highest id instead of a set", { network: highWater }),
  rooms("sends a text back to whoever brought it", { driver: (driver) => around(driver, echoing) }),
  rooms("looks for a text's end instead of counting", { driver: (driver) => around(driver, searching) }),
  rooms("takes a text that comes again for a new one", { driver: (driver) => around(driver, forgetful) }),
  rooms("never passes on what others have said", { driver: (driver) => around(driver, taciturn) }),
  rooms("takes a link for alive for ever", { driver: (driver) => around(driver, faithful) }),
  rooms("believes the first list of a room for ever", { driver: (driver) => around(driver, settled) }),
  rooms("speaks under another number than its own", { driver: (driver) => around(driver, misnumbered) }),
  rooms("numbers its texts from 1 again after a restart", { store: (store) => without("ids", store) }),
  rooms("forgets in a restart which room it was in", { store: (store) => without("room", store) }),
];

function rooms(bug: string, wrappers: Wrappers): Planted {
  return { bug, wrappers, plug: roomsPlug };
}

/** Links that a machine has dialled to others of the room, and some dials of which it is told that nobody answers. */
function refusing<I, R, Q, A>(
  machine: Machine<I, R, Q, A>,
  rule: { refuses(open: number): boolean; lost(): void },
): Machine<I, R, Q, A> {
  const open = new Set<LinkId>();
  const hear = (input: Input<I, A>): void => {
    if (input.kind === "linkUp" && input.via === "dial" && isPeer(input.remote)) open.add(input.link);
    if ((input.kind === "linkDown" || input.kind === "linkEnd") && open.delete(input.link)) rule.lost();
  };
  return {
    wakeAt: () => machine.wakeAt(),
    handle(input, now) {
      hear(input);
      const done: Effect<R, Q>[] = [];
      const left = [...machine.handle(input, now)];
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        if (next.kind === "end" || next.kind === "drop") open.delete(next.link);
        if (next.kind === "dial" && isPeer(next.to) && rule.refuses(open.size))
          left.push(...machine.handle({ kind: "linkDown", link: next.link, why: "refused" }, now));
        else done.push(next);
      }
      return done;
    },
  };
}

function isPeer({ port }: Address): boolean {
  return port !== serverAddress.port;
}

/** Whoever has a link that it has dialled dials no other. */
function closed<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return refusing(machine, { refuses: (open) => open > 0, lost: () => undefined });
}

/** Once a link that it has dialled has broken it dials nobody any more. */
function resigned<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  let isOver = false;
  return refusing(machine, { refuses: () => isOver, lost: () => (isOver = true) });
}

/** One forged id silences its victim. */
function highWater(inner: Network): Network {
  const highest = new Map<string, bigint>();
  return hearing(inner, (event) => {
    if (event.kind !== "messageArrived" || event.wireId === undefined) return event;
    const [, incarnation = "", id = "0"] = event.wireId.split(".");
    const origin = `${event.from.identity} ${incarnation}`;
    if (BigInt(id) <= (highest.get(origin) ?? 0n)) return undefined;
    highest.set(origin, BigInt(id));
    return event;
  });
}

function echoing<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return {
    wakeAt: () => machine.wakeAt(),
    handle(input, now) {
      const effects = machine.handle(input, now);
      if (input.kind !== "bytes") return effects;
      return effects.flatMap((effect) =>
        effect.kind === "write" && isText(effect.bytes)
          ? [effect, { ...effect, to: input.link, bytes: effect.bytes.slice() }]
          : [effect],
      );
    },
  };
}

/** What such a program hears of a text that contains what ends one. */
function searching<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return hearingBytes(machine, (bytes) => {
    const fields = fieldsOf(bytes);
    if (fields === undefined) return bytes;
    const [content = ""] = fields.slice(6).join(":").split(end);
    const length = toUtf8(content).length;
    return concatBytes(toUtf8([...fields.slice(0, 5), length, ""].join(":")), toUtf8(content + end));
  });
}

/** Each has another id. */
function forgetful<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  const times = new Map<string, number>();
  return hearingBytes(machine, (bytes) => {
    const fields = fieldsOf(bytes);
    if (fields === undefined) return bytes;
    const text = fields.join(":");
    const before = times.get(text) ?? 0;
    times.set(text, before + 1);
    const id = before === 0 ? (fields[4] ?? "") : String(1_000_000 + before);
    return toUtf8([...fields.slice(0, 4), id, ...fields.slice(5)].join(":") + end);
  });
}

function hearingBytes<I, R, Q, A>(
  machine: Machine<I, R, Q, A>,
  change: (bytes: Uint8Array) => Uint8Array,
): Machine<I, R, Q, A> {
  return {
    wakeAt: () => machine.wakeAt(),
    handle: (input, now) =>
      machine.handle(input.kind === "bytes" ? { ...input, bytes: change(input.bytes) } : input, now),
  };
}

function isText(bytes: Uint8Array): boolean {
  return fromUtf8(bytes.slice(0, 2)) === "T:";
}

/** Of one whole text that came by itself. */
function fieldsOf(bytes: Uint8Array): readonly string[] | undefined {
  const text = fromUtf8(bytes);
  return text?.startsWith("T:") === true && text.endsWith(end)
    ? text.slice(0, -end.length).split(":")
    : undefined;
}

/** Only its own texts go out. */
function taciturn<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return writingTexts(machine, (text, isOwn) => (isOwn ? text : undefined));
}

function misnumbered<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return writingTexts(machine, (text, isOwn) => {
    const [type, room, hid = "", ...others] = text.split(":");
    return isOwn ? [type, room, BigInt.asUintN(64, BigInt(hid) + 1n), ...others].join(":") : text;
  });
}

/** It is not told of the end of a link to a member. */
function faithful<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  const open = new Set<LinkId>();
  return {
    wakeAt: () => machine.wakeAt(),
    handle(input, now) {
      if (input.kind === "linkUp" && (input.via !== "dial" || isPeer(input.remote))) open.add(input.link);
      const isOver = input.kind === "linkEnd" || input.kind === "linkDown";
      return isOver && open.has(input.link) ? [] : machine.handle(input, now);
    },
  };
}

function settled<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  const first = new Map<LinkId, Uint8Array>();
  return {
    wakeAt: () => machine.wakeAt(),
    handle(input, now) {
      if (input.kind !== "bytes" || fromUtf8(input.bytes.slice(0, 2)) !== "M:")
        return machine.handle(input, now);
      const bytes = first.get(input.link) ?? input.bytes;
      first.set(input.link, bytes);
      return machine.handle({ ...input, bytes: bytes.slice() }, now);
    },
  };
}

/** The texts that it writes are changed; what becomes undefined is not written. */
function writingTexts<I, R, Q, A>(
  machine: Machine<I, R, Q, A>,
  change: (text: string, isOwn: boolean) => string | undefined,
): Machine<I, R, Q, A> {
  let own: string | undefined;
  return {
    wakeAt: () => machine.wakeAt(),
    handle: (input, now) =>
      machine.handle(input, now).flatMap((effect) => {
        const text = effect.kind === "write" ? fromUtf8(effect.bytes) : undefined;
        if (effect.kind !== "write" || text === undefined) return [effect];
        const [type, , user, origin] = text.split(":");
        if (type === "J") own = user;
        if (type !== "T") return [effect];
        const changed = change(text, origin === own);
        return changed === undefined ? [] : [{ ...effect, bytes: toUtf8(changed) }];
      }),
  };
}

/** What the network keeps by that name is not kept. */
function without(name: string, store: Store): Store {
  const { settings } = store;
  const put = (key: string, value: string): void => {
    if (!key.endsWith(`.${name}`)) settings.put(key, value);
  };
  return { ...portOf(store), settings: { ...settings, put } };
}
