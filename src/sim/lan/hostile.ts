/** Those on the LAN who mean harm, each with one trick: they lie, repeat, pretend, flood and dawdle. */
import { concatBytes, fromUtf8, toBase64, toUtf8 } from "../../base/bytes.ts";
import { wholeBetween } from "../../base/random.ts";
import { minuteMs, secondMs } from "../../base/time.ts";
import { broadcastOf } from "../host.ts";
import type { Stranger, StrangerPlace } from "../plug.ts";
import { bind, dial, listen, type RawDatagrams } from "../raw.ts";
import type { Connection } from "../connection.ts";
import { announcing, aVictim, tcpPort, udpPort } from "./classic.ts";

/** Announcements and messages that are none. */
export const babbler: Stranger = (place) => {
  const socket = bind(place, udpPort);
  place.often(minuteMs, () => {
    broadcast(place, socket, anyNonsense(place));
  });
  place.often(minuteMs, () => {
    sendRaw(place, anyNonsense(place));
  });
};

/** Repeats announcements of others from its own address, and the sealed messages that this brings it. */
export const parrot: Stranger = (place) => {
  const socket = bind(place, udpPort, (from, bytes) => {
    if (!isCard(bytes) || from.host === place.host.home || place.random.fraction() < 0.7) return;
    place.later(3 * minuteMs, () => {
      broadcast(place, socket, bytes);
    });
  });
  listen(place, tcpPort, (stream) => {
    const pieces: Uint8Array[] = [];
    return {
      bytes: (bytes) => pieces.push(bytes),
      end() {
        stream.end();
        repeat(place, concatBytes(...pieces));
      },
    };
  });
};

/** Repeats cards with something in them changed, and seals nothing rightly. */
export const forger: Stranger = (place) => {
  const cards: string[] = [];
  const socket = bind(place, udpPort, (_, bytes) => {
    const text = fromUtf8(bytes) ?? "";
    if (text.includes('"kith"')) cards.push(text);
    if (cards.length > 20) cards.shift();
  });
  place.often(minuteMs, () => {
    const text = cards[Math.floor(place.random.fraction() * cards.length)];
    if (text !== undefined) broadcast(place, socket, toUtf8(altered(place, text)));
  });
  place.often(minuteMs, () => {
    const text = cards[Math.floor(place.random.fraction() * cards.length)];
    if (text !== undefined) sendRaw(place, falselySealed(place, text));
  });
};

/** Takes what a repeated card brings and confirms it with what is no receipt. */
export const falseWitness: Stranger = (place) => {
  const socket = bind(place, udpPort, (from, bytes) => {
    if (!isCard(bytes) || from.host === place.host.home || place.random.fraction() < 0.5) return;
    broadcast(place, socket, bytes);
  });
  listen(place, tcpPort, (stream) => ({
    end() {
      stream.write(place.random.bytes(wholeBetween(place.random, 1, 120)));
      stream.end();
    },
  }));
};

/** Uses somebody's name without a card, and speaks in it. */
export const pretender: Stranger = (place) => {
  const socket = bind(place, udpPort);
  place.often(minuteMs, () => {
    const name = nameOfVictim(place);
    broadcast(place, socket, announcing(name, place.host.home));
    sendRaw(place, toUtf8(`${name} >> trust me`));
  });
};

/** A new name each time, many times a second. */
export const crowd: Stranger = (place) => {
  const socket = bind(place, udpPort);
  place.often(5 * minuteMs, () => {
    for (let i = 0; i < crowdAtOnce; i++) {
      broadcast(place, socket, announcing(`crowd ${place.random.fraction()}`, place.host.home));
    }
  });
};

/** Opens many connections at once and says nothing on them, or a byte now and then. */
export const dawdler: Stranger = (place) => {
  place.often(2 * minuteMs, () => {
    const victim = aVictim(place);
    for (let i = 0; i < connectionsAtOnce; i++) {
      dial(place, victim, (stream) => ({
        up() {
          drip(place, stream, '{"kith":1, and so on for ever');
        },
      }));
    }
  });
};

/** Messages without end. */
export const glutton: Stranger = (place) => {
  place.often(3 * minuteMs, () => {
    const start = place.random.fraction() < 0.5 ? '{"kith":' : "once upon a time";
    sendRaw(place, toUtf8(start + "x".repeat(wholeBetween(place.random, 60_000, 200_000))));
  });
};

/** More than an address may be heard with in a while. */
const crowdAtOnce = 60;
/** More than an address may hold. */
const connectionsAtOnce = 12;
const dripMs = 5 * secondMs;

function drip(place: StrangerPlace, stream: Connection, left: string): void {
  if (left === "" || !stream.isOpen) return;
  stream.write(toUtf8(left.slice(0, 1)));
  place.later(dripMs, () => {
    drip(place, stream, left.slice(1));
  });
}

function isCard(announcement: Uint8Array): boolean {
  return fromUtf8(announcement)?.includes('"kith"') === true;
}

function repeat(place: StrangerPlace, bytes: Uint8Array): void {
  for (let copy = 0; copy < 2; copy++) {
    place.later(10 * minuteMs, () => {
      sendRaw(place, bytes);
    });
  }
}

function broadcast({ host }: StrangerPlace, socket: RawDatagrams, bytes: Uint8Array): void {
  socket.send({ host: broadcastOf(host.home), port: udpPort }, bytes);
}

function sendRaw(place: StrangerPlace, bytes: Uint8Array): void {
  dial(place, aVictim(place), (stream) => ({
    up() {
      stream.write(bytes);
      stream.end();
    },
  }));
}

function anyNonsense(place: StrangerPlace): Uint8Array {
  const { random } = place;
  const kinds: readonly (() => Uint8Array)[] = [
    () => random.bytes(wholeBetween(random, 0, 2_000)),
    () => toUtf8("[".repeat(700)),
    () => toUtf8('{"username":'.repeat(100)),
    () => toUtf8(JSON.stringify({ username: "x".repeat(wholeBetween(random, 60, 1_300)) })),
    () => toUtf8('{"__proto__":{"username":"ghost"},"username":{"toString":1}}'),
    () => toUtf8('{"username":"\ud800","ip_address":7,"kith":null}'),
    () => toUtf8('{"username":"cut of'),
    () => toUtf8('{"kith":1,"from":{"v":1},"to":"x","enc":"!","ct":[]}'),
    () => toUtf8(`{"kith":1,"from":{},"to":"","enc":"${toBase64(random.bytes(31))}","ct":"AAAA"}`),
    () => toUtf8("\u001b]0;owned\u0007 and \u202e"),
  ];
  return kinds[Math.floor(random.fraction() * kinds.length)]?.() ?? random.bytes(1);
}

/** One letter or digit of it is another. */
function altered({ random }: StrangerPlace, text: string): string {
  const at = Math.floor(random.fraction() * text.length);
  const sign = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=".charAt(
    wholeBetween(random, 0, 64),
  );
  return text.slice(0, at) + sign + text.slice(at + 1);
}

/** From the owner of a card that was heard, to somebody else whose card was heard, with nothing behind it. */
function falselySealed({ random }: StrangerPlace, announcement: string): Uint8Array {
  const card = /"kith":(\{.*?\})/.exec(announcement)?.[1] ?? "{}";
  const sign = /"sign":"(.*?)"/.exec(announcement)?.[1] ?? "";
  const [enc, ct] = [random.bytes(32), random.bytes(wholeBetween(random, 0, 400))].map(toBase64);
  return toUtf8(`{"kith":1,"from":${card},"to":"${sign}","enc":"${enc}","ct":"${ct}"}`);
}

function nameOfVictim({ victims, random }: StrangerPlace): string {
  return victims[Math.floor(random.fraction() * victims.length)]?.name ?? "alice";
}
