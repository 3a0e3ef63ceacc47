/** Those in a room who mean harm, each with one trick: they lie, forge, repeat, pretend, flood and dawdle. */
import { present } from "../../base/assert.ts";
import { concatBytes, toUtf8 } from "../../base/bytes.ts";
import { type Random, wholeBetween } from "../../base/random.ts";
import { minuteMs, secondMs } from "../../base/time.ts";
import type { Address } from "../../protocols/machine.ts";
import type { Stranger, StrangerPlace } from "../plug.ts";
import { bind, dial } from "../raw.ts";
import { strangersMark } from "./heard.ts";
import { hidOf, type Original, type OriginalMember } from "./original.ts";
import { annex, commons, serverAddress } from "./places.ts";
import { join, strangersPort } from "./strangers.ts";

const end = "::\r\n";
/** More than a link may bring within a second. */
const textsAtOnce = 200;
/** More than one address may hold. */
const connectionsAtOnce = 40;
const datagramsAtOnce = 200;
const dripMs = 3 * secondMs;

/** Says things as if others had said them, with ids that are to shut their mouths. */
export const forger: Stranger = (place) => {
  const program = join(place, "fred");
  place.often(minuteMs, () => {
    const [victim, member] = [aMember(place, program), aMember(place, program)];
    if (victim === undefined || member === undefined) return;
    const id = pick(place.random, ["18446744073709551615", "9007199254740993", "1", "0", "77"]);
    const hid = pick(place.random, [String(hidOf(member)), member.user, "0", "-1"]);
    speak(place, program, victim, [textOf([commons, hid, member.user, id], forged(place))]);
  });
};

/** Gets lengths, rooms, origins and everything else wrong. */
export const liar: Stranger = (place) => {
  const program = join(place, "lena");
  place.often(minuteMs, () => {
    const victim = aMember(place, program);
    if (victim !== undefined) speak(place, program, victim, [anyLie(place, program)]);
  });
};

/** Brings what it was brought once more, over other links. */
export const parrot: Stranger = (place) => {
  const heard: Uint8Array[] = [];
  const program = join(place, "pat", {}, ({ bytes }) => {
    heard.push(bytes);
    if (heard.length > 20) heard.shift();
  });
  place.often(20 * secondMs, () => {
    const victim = aMember(place, program);
    const bytes = heard.splice(0);
    if (victim !== undefined && place.random.fraction() < 0.5) speak(place, program, victim, bytes);
  });
};

/** Calls under the names of others, as if they had begun anew. */
export const pretender: Stranger = (place) => {
  const program = join(place, "prue");
  place.often(minuteMs, () => {
    const [victim, member] = [aMember(place, program), aMember(place, program)];
    if (victim === undefined || member === undefined) return;
    dial(place, addressOf(victim), (stream) => ({
      up() {
        const { user, ip, port } = member;
        stream.write(
          toUtf8(`P:${commons}:${user}:${ip}:${port}:${place.random.fraction() < 0.5 ? 0 : 7}${end}`),
        );
      },
    }));
  });
};

/** More of everything than anybody can take. */
export const flooder: Stranger = (place) => {
  const program = join(place, "flo");
  const socket = bind(place, 6_000);
  let texts = 0;
  place.often(2 * minuteMs, () => {
    const victim = aMember(place, program);
    if (victim === undefined) return;
    const { me } = program;
    const flood = Array.from({ length: textsAtOnce }, () =>
      textOf([commons, String(hidOf(me)), me.user, String(1_000 + ++texts)], `${strangersMark}flo ${texts}`),
    );
    speak(place, program, victim, flood);
    for (let i = 0; i < datagramsAtOnce; i++)
      socket.send(addressOf(victim), toUtf8(`K:${commons}:${i % 2 === 0 ? "flo" : victim.user}${end}`));
  });
};

/** Holds connections to everybody, the server too, and says a byte now and then. */
export const dawdler: Stranger = (place) => {
  const program = join(place, "dan");
  place.often(2 * minuteMs, () => {
    const victim = aMember(place, program);
    const to = victim === undefined || place.random.fraction() < 0.3 ? serverAddress : addressOf(victim);
    for (let i = 0; i < connectionsAtOnce; i++) {
      dial(place, to, (stream) => ({
        up() {
          drip(place, (text) => {
            if (stream.isOpen) stream.write(toUtf8(text));
          });
        },
      }));
    }
  });
};

/** Asks the server for what it must not give. */
export const petitioner: Stranger = (place) => {
  place.often(minuteMs, () => {
    const victim = place.victims[Math.floor(place.random.fraction() * place.victims.length)];
    const ip = victim?.host.home ?? place.host.home;
    const requests = [
      `J:${commons}:peter:${ip}:${strangersPort}${end}`,
      `D:${commons}:${victim?.name ?? "alice"}:${ip}:5001${end}`,
      `J:${"x".repeat(9_000)}`,
      `L${end}L${end}J:${annex}:peter:${place.host.home}:1${end}`,
      `J:${commons}:peter:${place.host.home}:99999${end}\r\n${end}`,
    ];
    dial(place, serverAddress, (stream) => ({
      up() {
        stream.write(toUtf8(pick(place.random, requests)));
      },
    }));
  });
};

/** Calls as itself, as one that has come before would, and says all of it. */
function speak(
  place: StrangerPlace,
  program: Original,
  victim: OriginalMember,
  texts: readonly Uint8Array[],
): void {
  const { user, ip, port } = program.me;
  const left = [...texts];
  dial(place, addressOf(victim), (stream) => ({
    up() {
      stream.write(toUtf8(`P:${commons}:${user}:${ip}:${port}:1${end}`));
    },
    bytes() {
      for (const text of left.splice(0)) if (stream.isOpen) stream.write(text);
    },
  }));
}

/** `fields`: room, origin's number, origin's name and id. */
function textOf(fields: readonly [string, string, string, string], content: string): Uint8Array {
  const bytes = toUtf8(content);
  return concatBytes(toUtf8(`T:${fields.join(":")}:${bytes.length}:`), bytes, toUtf8(end));
}

function anyLie(place: StrangerPlace, { me }: Original): Uint8Array {
  const { random } = place;
  const hid = String(hidOf(me));
  const content = forged(place);
  const header = `T:${commons}:${hid}:${me.user}:`;
  const lies: readonly (() => Uint8Array)[] = [
    () => random.bytes(wholeBetween(random, 1, 2_000)),
    () => toUtf8(`${header}5:${content.length + 1}:${content}${end}`),
    () => toUtf8(`${header}6:${content.length - 1}:${content}${end}`),
    () => toUtf8(`${header}7:-1:${content}${end}`),
    () => toUtf8(`${header}8:1000000000:${content}${end}`),
    () => toUtf8(`${header}:${content}${end}`),
    () => toUtf8(`T:${"x".repeat(2_000)}`),
    () => textOf([annex, hid, me.user, "9"], content),
    () => textOf([commons, String(random.fraction()), "nobody", "10"], content),
    () => textOf([commons, hid, me.user, "99999999999999999999999"], content),
    () => textOf([commons, hid, me.user, "11"], `${content} ${end} and more`),
    () => textOf([commons, hid, me.user, "12"], strangersMark + "x".repeat(1_100)),
    () => textOf([commons, hid, me.user, "13"], `${strangersMark}\u001b]0;owned\u0007 \u202e`),
    () => toUtf8(`P:${annex}:${me.user}:${me.ip}:${me.port}:0${end}`),
    () => toUtf8(`S:1${end}S:2${end}M:1${end}A${end}`),
  ];
  return pick(random, lies)();
}

function forged({ random }: StrangerPlace): string {
  return `${strangersMark}forged ${wholeBetween(random, 1, 1_000_000)}`;
}

function drip(place: StrangerPlace, write: (text: string) => void, said = 0): void {
  write("T:commons:1:dan:"[said % 16] ?? ":");
  place.later(dripMs, () => {
    if (said < 20) drip(place, write, said + 1);
  });
}

function aMember(place: StrangerPlace, { members, me }: Original): OriginalMember | undefined {
  const others = members.filter(({ ip }) => ip !== me.ip);
  return others[Math.floor(place.random.fraction() * others.length)];
}

function addressOf({ ip, port }: OriginalMember): Address {
  return { host: ip, port };
}

function pick<Value>(random: Random, values: readonly Value[]): Value {
  return present(values[Math.floor(random.fraction() * values.length)], "something to pick from");
}
