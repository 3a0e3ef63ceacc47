/** Bugs planted around the tested code, each of a kind that was made before: the simulated world must find every one. */
import { fromUtf8, fromUtf8Leniently } from "../../src/base/bytes.ts";
import { bad, good } from "../../src/base/result.ts";
import { minuteMs } from "../../src/base/time.ts";
import type { Network, NetworkEvent } from "../../src/core/ports/network.ts";
import type { Store } from "../../src/core/ports/store.ts";
import type { Address, Driver, Effect, Input, Machine } from "../../src/protocols/machine.ts";
import type { Wrappers } from "../../src/sim/person.ts";
import type { Plug } from "../../src/sim/plug.ts";
import { MemoryStore } from "../../src/store/memory/memory-store.ts";

export interface Planted {
  readonly bug: string;
  readonly wrappers: Wrappers;
  /** The network whose worlds must find it; the LAN where it does not say. */
  readonly plug?: Plug;
}

export const planted: readonly Planted[] = [
  { bug: "acknowledges before the commit", wrappers: { network: acknowledgingEarly } },
  { bug: "loses 2 % of the commits in a crash", wrappers: { memory: (options) => new LossyStore(options) } },
  { bug: "takes a repeat for a new message", wrappers: { network: renumbering } },
  { bug: "forgets its outbox in a restart", wrappers: { store: withoutOutbox } },
  { bug: "forgets who it is in a restart", wrappers: { store: withoutKeys } },
  { bug: "takes any answer for a receipt", wrappers: { network: (inner) => hearing(inner, believing) } },
  { bug: "shows as delivered what was merely sent", wrappers: { network: tickingEarly } },
  { bug: "never wakes", wrappers: { driver: (driver) => around(driver, sleepy) } },
  { bug: "never closes a link", wrappers: { driver: (driver) => around(driver, clinging) } },
  { bug: "drops a message over a quota", wrappers: { network: dropping } },
  { bug: "takes whoever has the name for the one it knows", wrappers: { network: nameBelieving } },
  {
    bug: "sends again what a classic program may have read",
    wrappers: { network: (inner) => hearing(inner, insisting) },
  },
  { bug: "keeps half of a turn that failed", wrappers: { memory: (options) => new HalfStore(options) } },
  { bug: "never opens a lost socket again", wrappers: { driver: (driver) => around(driver, resigned) } },
  { bug: "believes that nobody ever moves", wrappers: { driver: (driver) => around(driver, settled) } },
  { bug: "waits for ever after a failed answer", wrappers: { driver: (driver) => around(driver, patient) } },
  { bug: "goes by the clock on the wall", wrappers: { driver: (driver) => around(driver, wallMinded) } },
  {
    bug: "leaves an alarm behind with each input",
    wrappers: { driver: (driver) => around(driver, alarmed) },
  },
  { bug: "asks everything thirty times over", wrappers: { driver: (driver) => around(driver, insistent) } },
  { bug: "trips over what it cannot read", wrappers: { driver: (driver) => around(driver, tripping) } },
];

/** The same network, whose reports pass through `change`; what becomes undefined is not reported. */
export function hearing(inner: Network, change: (event: NetworkEvent) => NetworkEvent | undefined): Network {
  return {
    name: inner.name,
    kind: inner.kind,
    traits: inner.traits,
    start: (report) =>
      inner.start((event) => {
        const changed = change(event);
        if (changed !== undefined) report(changed);
      }),
    stop: () => inner.stop(),
    send: (outgoing) => inner.send(outgoing),
    acknowledge: (receipt) => inner.acknowledge(receipt),
    present: (me) => inner.present(me),
    inspect: () => inner.inspect(),
    ...(inner.rooms && { rooms: inner.rooms }),
    ...(inner.poke && { poke: inner.poke }),
  };
}

function acknowledgingEarly(inner: Network): Network {
  return hearing(inner, (event) => {
    if (event.kind === "messageArrived" && event.receipt !== undefined) inner.acknowledge(event.receipt);
    return event;
  });
}

function believing(event: NetworkEvent): NetworkEvent {
  const unconfirmed =
    event.kind === "delivery" && event.outcome.state === "failed" && event.outcome.why.code === "no-receipt";
  return unconfirmed ? { ...event, outcome: { state: "delivered" } } : event;
}

function insisting(event: NetworkEvent): NetworkEvent {
  const unknown =
    event.kind === "delivery" &&
    event.outcome.state === "failed" &&
    event.outcome.why.code === "outcome-unknown";
  return unknown ? { ...event, outcome: { ...event.outcome, again: "later" } } : event;
}

function tickingEarly(inner: Network): Network {
  let report: (event: NetworkEvent) => void = () => undefined;
  return {
    ...hearing(inner, (event) => event),
    start(hear) {
      report = hear;
      return inner.start(hear);
    },
    send(outgoing) {
      inner.send(outgoing);
      const { message } = outgoing;
      for (const recipient of outgoing.recipients) {
        report({ kind: "delivery", message, recipient, outcome: { state: "delivered" } });
      }
    },
  };
}

/** Every tenth message is too many. */
function dropping(inner: Network): Network {
  let arrived = 0;
  return hearing(inner, (event) => {
    if (event.kind !== "messageArrived" || ++arrived % 10 !== 0) return event;
    if (event.receipt !== undefined) inner.acknowledge(event.receipt);
    return undefined;
  });
}

/** What comes again gets an id of its own. */
function renumbering(inner: Network): Network {
  const times = new Map<string, number>();
  return hearing(inner, (event) => {
    if (event.kind !== "messageArrived" || event.wireId === undefined) return event;
    const before = times.get(event.wireId) ?? 0;
    times.set(event.wireId, before + 1);
    return before === 0 ? event : { ...event, wireId: `${event.wireId.slice(0, -3)}${100 + before}` };
  });
}

function nameBelieving(inner: Network): Network {
  const known = new Map<string, string>();
  return hearing(inner, (event) => {
    if (event.kind === "personSeen") {
      const { name, identity } = event.contact;
      if (!known.has(name)) known.set(name, identity);
      return { ...event, contact: { ...event.contact, identity: known.get(name) ?? identity } };
    }
    if (event.kind !== "messageArrived") return event;
    return { ...event, from: { ...event.from, identity: known.get(event.from.name) ?? event.from.identity } };
  });
}

export function portOf(store: Store): Store {
  const { people, conversations, messages, deliveries, settings, search } = store;
  return {
    transaction: (work) => store.transaction(work),
    savepoint: (work) => store.savepoint(work),
    forgetReplaced: () => store.forgetReplaced(),
    close: () => store.close(),
    ...{ people, conversations, messages, deliveries, settings, search },
  };
}

function withoutOutbox(store: Store): Store {
  return { ...portOf(store), deliveries: { ...store.deliveries, open: () => [] } };
}

function withoutKeys(store: Store): Store {
  const { settings } = store;
  const put = (key: string, value: string): void => {
    if (!key.startsWith("keep.")) settings.put(key, value);
  };
  return { ...portOf(store), settings: { ...settings, put } };
}

/** Some commits are not on the disk when it says so; what follows them is lost with them when the power goes. */
class LossyStore extends MemoryStore {
  #kept: ReturnType<MemoryStore["durable"]> | undefined;
  #commits = 0;

  override transaction<Value>(work: () => Value): Value {
    if (++this.#commits % 50 === 0) this.#kept ??= super.durable();
    return super.transaction(work);
  }

  override durable(): ReturnType<MemoryStore["durable"]> {
    return this.#kept ?? super.durable();
  }
}

/** What was stored before something failed stays. */
class HalfStore extends MemoryStore {
  override transaction<Value>(work: () => Value): Value {
    const done = super.transaction(() => {
      try {
        return good(work());
      } catch (error) {
        return bad(error);
      }
    });
    if (!done.ok) throw done.problem;
    return done.value;
  }
}

export function around(
  driver: Driver,
  wrap: <I, R, Q, A>(machine: Machine<I, R, Q, A>) => Machine<I, R, Q, A>,
): Driver {
  return { run: (machine, limits, hooks) => driver.run(wrap(machine), limits, hooks) };
}

function sleepy<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return { handle: (input, now) => machine.handle(input, now), wakeAt: () => undefined };
}

function clinging<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return {
    handle: (input, now) =>
      machine.handle(input, now).filter(({ kind }) => kind !== "drop" && kind !== "end"),
    wakeAt: () => machine.wakeAt(),
  };
}

function resigned<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return told(machine, (input) => (input.kind === "listenFailed" ? undefined : input));
}

function patient<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return told(machine, (input) => (input.kind === "answer" && !input.answer.ok ? undefined : input));
}

/** Whoever announces is where that key was heard first. */
function settled<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  const homes = new Map<string, Address>();
  return told(machine, (input) => {
    const key =
      input.kind === "datagram" ? /"sign":"(.*?)"/.exec(fromUtf8(input.bytes) ?? "")?.[1] : undefined;
    if (input.kind !== "datagram" || key === undefined) return input;
    const from = homes.get(key) ?? input.from;
    homes.set(key, from);
    return { ...input, from };
  });
}

function tripping<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return told(machine, (input) => {
    if (input.kind === "datagram") JSON.parse(fromUtf8Leniently(input.bytes));
    return input;
  });
}

/** The same machine, which is told something else, or nothing. */
function told<I, R, Q, A>(
  machine: Machine<I, R, Q, A>,
  change: (input: Input<I, A>) => Input<I, A> | undefined,
): Machine<I, R, Q, A> {
  return {
    handle(input, now) {
      const changed = change(input);
      return changed === undefined ? [] : machine.handle(changed, now);
    },
    wakeAt: () => machine.wakeAt(),
  };
}

function wallMinded<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  let begun: number | undefined;
  return {
    handle(input, { wall, mono }) {
      begun ??= wall - mono;
      return machine.handle(input, { wall, mono: wall - begun });
    },
    wakeAt: () => machine.wakeAt(),
  };
}

function alarmed<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  let [inputs, nextAt] = [0, Infinity];
  return {
    handle(input, now) {
      if (input.kind !== "wake") inputs++;
      nextAt = now.mono + minuteMs / (1 + inputs);
      return machine.handle(input, now);
    },
    wakeAt: () => Math.min(machine.wakeAt() ?? Infinity, nextAt),
  };
}

/** Only one of the answers is listened to. */
function insistent<I, R, Q, A>(machine: Machine<I, R, Q, A>): Machine<I, R, Q, A> {
  return {
    handle(input, now) {
      if (input.kind === "answer" && !Number.isInteger(input.ticket)) return [];
      return machine
        .handle(input, now)
        .flatMap((effect): readonly Effect<R, Q>[] =>
          effect.kind === "ask"
            ? Array.from({ length: 30 }, (_, i) => ({ ...effect, ticket: effect.ticket + i / 30 }))
            : [effect],
        );
    },
    wakeAt: () => machine.wakeAt(),
  };
}
