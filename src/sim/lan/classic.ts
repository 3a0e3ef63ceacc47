/** Programs of the LAN that others wrote, as they are: raw text, read once, connections closed or kept. */
import { concatBytes, fromUtf8Leniently, toUtf8 } from "../../base/bytes.ts";
import { minuteMs, secondMs } from "../../base/time.ts";
import type { Address } from "../../protocols/machine.ts";
import { broadcastOf } from "../host.ts";
import type { Stranger, StrangerPlace } from "../plug.ts";
import { bind, dial, listen } from "../raw.ts";
import type { Connection } from "../connection.ts";

export const udpPort = 5_000;
export const tcpPort = 5_001;

/** One message, one connection, nothing but the text. */
export const classic: Stranger = (place) => {
  beThere(place, "Ece");
  place.often(5 * minuteMs, () => {
    say(place, `Ece says ${number(place)}`);
  });
};

/** Writes its name before each text. */
export const prefixed: Stranger = (place) => {
  beThere(place, "Mert");
  place.often(5 * minuteMs, () => {
    say(place, `Mert >> Mert says ${number(place)}\n`);
  });
};

/** Keeps its connection open and says several things over it, the last of them goodbye. */
export const talkative: Stranger = (place) => {
  beThere(place, "Zeynep");
  place.often(10 * minuteMs, () => {
    dial(place, aVictim(place), (stream) => ({
      up() {
        converse(place, stream, 1);
      },
    }));
  });
};

export function aVictim({ victims, random }: StrangerPlace): Address {
  const victim = victims[Math.floor(random.fraction() * victims.length)];
  const address = victim?.host.interfaces.find(({ loopback }) => !loopback)?.address;
  return { host: address ?? "10.0.0.1", port: tcpPort };
}

export function announcing(name: string, address: string): Uint8Array {
  return toUtf8(JSON.stringify({ username: name, ip_address: address }));
}

/** Is heard, and takes what is sent to it. A text that comes twice was sent twice, which must not be. */
function beThere(place: StrangerPlace, name: string): void {
  const { home } = place.host;
  const socket = bind(place, udpPort);
  const announce = (): void => {
    socket.send({ host: broadcastOf(home), port: udpPort }, announcing(name, home));
  };
  announce();
  place.often(minuteMs, announce);
  const texts = new Set<string>();
  listen(place, tcpPort, (stream) => {
    const pieces: Uint8Array[] = [];
    return {
      bytes: (bytes) => pieces.push(bytes),
      end() {
        const text = fromUtf8Leniently(concatBytes(...pieces));
        if (text.startsWith('{"kith":')) place.violated("I2", `${name} was sent something sealed`);
        if (texts.has(text) && isWhole(text)) place.violated("I1", `${name} was sent "${text}" twice`);
        texts.add(text);
        stream.end();
      },
    };
  });
}

/** Texts of the workload begin with a name and a number and end with a full stop; pieces of long ones may be alike. */
function isWhole(text: string): boolean {
  return /^[a-z, ]+ \d+.*\.$/s.test(text);
}

function say(place: StrangerPlace, text: string): void {
  dial(place, aVictim(place), (stream) => ({
    up() {
      stream.write(toUtf8(text));
      stream.end();
    },
  }));
}

function converse(place: StrangerPlace, stream: Connection, line: number): void {
  if (!stream.isOpen) return;
  stream.write(toUtf8(line > 3 ? "exit" : `line ${line} of ${number(place)}`));
  if (line > 3) stream.end();
  else {
    place.wire.scheduler.after(20 * secondMs, () => {
      converse(place, stream, line + 1);
    });
  }
}

function number({ random }: StrangerPlace): number {
  return Math.floor(random.fraction() * 1e9);
}
