/** Members of a room whose programs others wrote: honest ones, each with a habit of its own. */
import { minuteMs } from "../../base/time.ts";
import type { Connection } from "../connection.ts";
import type { Stranger, StrangerPlace } from "../plug.ts";
import { bind, dial, listen, type RawHooks } from "../raw.ts";
import { strangersMark } from "./heard.ts";
import {
  type Ground,
  type GroundHooks,
  type GroundLink,
  type Habits,
  type HeardText,
  Original,
} from "./original.ts";
import { commons, serverAddress } from "./places.ts";

export const strangersPort = 5_500;

/** Such programs are ended and started again, and know nothing of what they had said before. */
const restartMs = 10 * minuteMs;
const downMsMost = minuteMs;

export const original: Stranger = (place) => {
  live(place, "olga", {});
};

export const relayer: Stranger = (place) => {
  live(place, "rita", { relaysBack: true });
};

export const misnumbered: Stranger = (place) => {
  live(place, "milo", { wrongOrigin: true });
};

export const stripper: Stranger = (place) => {
  live(place, "stan", { stripsColon: true });
};

export const poker: Stranger = (place) => {
  const program = live(place, "pola", { pokesFromAnyPort: true });
  place.often(2 * minuteMs, () => {
    const { members } = program();
    const member = members[Math.floor(place.random.fraction() * members.length)];
    if (member !== undefined) program().poke(member.user);
  });
};

/** Talks, and begins anew now and then. What it returns gives the program that runs at present. */
function live(place: StrangerPlace, user: string, habits: Habits): () => Original {
  let texts = 0;
  let program = join(place, user, habits);
  place.often(3 * minuteMs, () => {
    program.say(`${strangersMark}${user} says ${++texts}${texts % 5 === 0 ? ":" : ""}`);
  });
  place.often(restartMs, () => {
    program.quit();
    end(place);
    place.later(downMsMost, () => {
      program = join(place, user, habits);
    });
  });
  return () => program;
}

/** The program that runs there is killed. */
export function end({ host, random }: StrangerPlace): void {
  host.crash("killed", random);
  host.evict();
}

export function join(
  place: StrangerPlace,
  user: string,
  habits: Habits = {},
  heard: (text: HeardText) => void = () => undefined,
): Original {
  const said = new Map<string, string>();
  return new Original({
    ground: groundAt(place),
    server: serverAddress,
    room: commons,
    me: { user, ip: place.host.home, port: strangersPort },
    habits,
    heard(text) {
      heard(text);
      const { hid, id, content } = text;
      // A disk that fails does not end the talk; then a restart may begin again with numbers that were used.
      if (!place.disksAreSound || content.startsWith(strangersMark)) return;
      const before = said.get(`${hid} ${id}`) ?? content;
      said.set(`${hid} ${id}`, before);
      if (before !== content)
        place.violated("I10", `${user} hears "${content}" under the number that "${before}" had`);
    },
    echoed(by, content) {
      const isOurs = place.victims.some(({ host }) => host.home === by.ip);
      if (isOurs) place.violated("I1", `${user} was brought its own "${content}" by ${by.user}`);
    },
  });
}

/** What was begun before a crash is over. */
function groundAt(place: StrangerPlace): Ground {
  return {
    dial(to, hooks) {
      let link: GroundLink | undefined;
      dial(place, to, (stream) => {
        link = linkOf(stream);
        return hooksOf(stream, hooks);
      });
      return link ?? gone;
    },
    listen(port, accept) {
      listen(place, port, (stream) => hooksOf(stream, accept(linkOf(stream))));
    },
    bind(port, heard) {
      const socket = bind(place, port === 0 ? place.host.freePort() : port, heard);
      return (to, bytes) => {
        socket.send(to, bytes);
      };
    },
    after(ms, work) {
      place.wire.scheduler.after(ms, work);
    },
  };
}

const gone: GroundLink = { write: () => undefined, close: () => undefined };

function linkOf(stream: Connection): GroundLink {
  return {
    write(bytes) {
      if (stream.isOpen) stream.write(bytes);
    },
    close() {
      stream.abort("end");
    },
  };
}

function hooksOf(stream: Connection, hooks: GroundHooks): ReturnType<RawHooks> {
  let isOver = false;
  const closed = (): void => {
    if (isOver) return;
    isOver = true;
    hooks.closed();
  };
  return {
    up: () => hooks.up?.(),
    bytes: (bytes) => {
      if (!isOver) hooks.chunk(bytes);
    },
    end() {
      stream.end();
      closed();
    },
    down: closed,
  };
}
