/** The catalogue: what a server says that runs in this terminal. */

/** What a server reports, by name. */
type Line = Readonly<Record<string, string | number | undefined>>;

const refusals: Readonly<Record<string, string>> = {
  fields: "too many fields, too few, or no end",
  name: "a name that cannot be used",
  address: "no address",
  port: "no port",
  "unknown-type": "nothing that this wire knows",
  "not-the-source": "another address than the one it connects from",
  "already-joined": "a second room over one connection",
  conflict: "somebody who is there already",
  "rooms-limit": "as many rooms as there may be",
  "room-full": "a full room",
  "link-full": "too many members over one connection",
  "not-in-room": "somebody who is not in the room",
  "wrong-room": "another room than the one they are in",
};

const ends: Readonly<Record<string, string>> = {
  departed: "said so",
  closed: "the connection ended",
  silent: "not heard from",
  "taken-over": "came again over another connection",
  oversize: "too long a request",
  incomplete: "a request that never ended",
  "not-reading": "it does not read its answers",
};

export const serverWords = {
  optionTakes: (flag: string, least: number, most: number, given: number) =>
    `--${flag} takes ${least} to ${most}, not ${given}`,
  ready: ({ address, port }: Line) => `Room server at ${address}, port ${port}. Ctrl+C ends it.`,
  perAddress: (count: number) => `Up to ${count} connections from one address are taken.`,
  trusting: "Members may name addresses that they do not connect from: anyone can enrol anyone.",
  joined: ({ user, ip, port, room }: Line) => `${user} (${ip}:${port}) joined ${room}`,
  left: ({ user, ip, port, room, why }: Line) => `${user} (${ip}:${port}) left ${room}: ${meant(ends, why)}`,
  refused: ({ from, request, why }: Line) => `refused ${from} (${request}): ${meant(refusals, why)}`,
  dropped: ({ from, why }: Line) => `broke off ${from}: ${meant(ends, why)}`,
  untold: ({ count }: Line) => `${count} more, too many to be told one by one`,
  ended: "The server has ended, every connection is closed.",
} as const;

function meant(words: Readonly<Record<string, string>>, why: string | number | undefined): string {
  return words[String(why)] ?? String(why);
}
