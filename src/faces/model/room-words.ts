/** The catalogue, fourth part: what is said about rooms, who is in them and how one is linked there. */
import type { RoomMember } from "./records.ts";

/** What a network with rooms counts of its texts, be it nothing. All else it counts is what it has refused. */
const counts: ReadonlyMap<string, string> = new Map([
  ["texts-shown", "shown"],
  ["texts-forwarded", "passed on"],
  ["duplicates", "dropped as duplicate"],
]);

export const roomWords = {
  none: "No rooms yet. A new name makes a new room: kith rooms join NAME, or /join NAME in the chat.",
  youAreIn: "you are in it",
  on: (room: string, network: string) => `#${room} on ${network}`,
  members: (count: number) => (count === 1 ? "1 member" : `${count} members`),
  linked: (count: number) => (count === 0 ? "nobody is linked to you" : `linked to ${count}`),
  you: "you",
  link: {
    forward: "→ forward link",
    backward: "← backward link",
    none: "through others",
  } as const satisfies Record<RoomMember["link"], string>,
  /** Where nobody is linked, nobody is reached through others either. */
  notLinked: "no link",
  heard: (when: string) => `heard ${when}`,
  notHeard: "not heard yet",
  counted: (name: string, count: number): string | undefined => {
    const words = counts.get(name);
    if (words !== undefined) return `${count} ${words}`;
    return count === 0 ? undefined : `${count} × ${name.replaceAll("-", " ")}`;
  },
  server: (address: string) => `server ${address}`,
  youAreAt: (address: string) => `you are at ${address}`,
  inRooms: (rooms: readonly string[]) => (rooms.length === 0 ? "in no room" : `in ${rooms.join(", ")}`),
  readable: "Anybody on the way can read what is said here, and names prove nothing.",
  left: "You have left the room. What was said there stays here.",
  stillIn: (room: string) => `You are still in ${room}; /leave leaves it.`,
  closeCloses: (title: string) => `${title} is no room that could be left; /close closes the conversation`,
  user: (name: string, network: string) => `${network}: others see you as ${name}.`,
  noUser: (network: string) => `${network}: you have no name there yet.`,
  poked: (name: string) => `${name} has answered the poke.`,
  nickname: "nickname: ",
  connected: (room: string) => `${room}: somebody is linked to you, what you write goes out.`,
  unlinked: (room: string, others: number) =>
    others === 0
      ? `${room}: nobody else is there.`
      : `${room}: nobody is linked to you, so nothing can be sent; links are being sought.`,
  notIn: (room: string) => `You are not in #${room}: /join ${room} enters it.`,
  /** In the prompt. */
  alone: "alone",
  nobodyLinked: "nobody linked",
  notJoined: "not joined",
} as const;
