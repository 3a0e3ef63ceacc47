/** The slash commands: one table of what there is, and what a line that somebody typed asks for. */
import { nearest } from "../../base/nearest.ts";

/** What an argument is, for completion. */
export type Argument =
  | "person"
  /** A person, or a conversation of several. */
  | "partner"
  | "room"
  | "member"
  | "network"
  | "kind"
  | "command"
  | "text";

export interface Command {
  readonly name: CommandName;
  readonly about: (typeof subjects)[number];
  readonly aliases: readonly string[];
  /** The arguments as help shows them. */
  readonly usage: string;
  readonly what: string;
  readonly takes: readonly Argument[];
}

export const subjects = ["talk", "rooms", "people", "messages", "conversations", "you", "networks"] as const;

interface Row {
  readonly about: (typeof subjects)[number];
  readonly aliases?: readonly string[];
  readonly usage?: string;
  readonly what: string;
  readonly takes?: readonly Argument[];
}

const table = {
  help: {
    about: "talk",
    usage: "[command]",
    what: "Shows the commands; `/help all` all with what they do, `/help why` says more about one.",
    takes: ["command"],
  },
  people: { about: "people", aliases: ["who"], what: "Shows who is there and whom you know." },
  msg: {
    about: "talk",
    aliases: ["m"],
    usage: "NAME TEXT",
    what: "Sends a text to somebody, or to a #room. What you type next still goes where it went before, or to them when no conversation is open.",
    takes: ["partner", "text"],
  },
  query: {
    about: "talk",
    aliases: ["q", "to"],
    usage: "NAME",
    what: "Makes the conversation with somebody, or in a #room, the current one.",
    takes: ["partner"],
  },
  rooms: {
    about: "rooms",
    usage: "[NETWORK]",
    what: "Lists the rooms that the server knows, the newest first, and in which of them you are.",
    takes: ["network"],
  },
  join: {
    about: "rooms",
    aliases: ["j", "enter"],
    usage: "ROOM [NETWORK]",
    what: "Enters a room and makes it the current conversation; a new name makes a new room.",
    takes: ["room", "network"],
  },
  leave: {
    about: "rooms",
    aliases: ["part"],
    what: "Leaves the room of the current conversation; its history stays.",
  },
  members: {
    about: "rooms",
    aliases: ["names"],
    usage: "[NETWORK]",
    what: "Shows who is in the room with you.",
    takes: ["network"],
  },
  poke: {
    about: "rooms",
    usage: "[NAME] [NETWORK]",
    what: "Nudges somebody in the room; without a name it asks whom.",
    takes: ["member", "network"],
  },
  user: {
    about: "rooms",
    usage: "[NAME] [NETWORK]",
    what: "Sets the name that others see in rooms, before you enter one; without a name, shows it.",
    takes: ["text"],
  },
  links: {
    about: "rooms",
    usage: "[NETWORK]",
    what: "Shows your links in the room: which way, when last heard, and what was counted.",
    takes: ["network"],
  },
  conversations: {
    about: "conversations",
    aliases: ["list", "ls"],
    what: "Lists your conversations, the newest first.",
  },
  me: { about: "talk", usage: "TEXT", what: "Says what you do: “* Alice waves”.", takes: ["text"] },
  nick: { about: "you", usage: "[NAME]", what: "Changes your name, or shows it." },
  away: { about: "you", what: "Shows others that you are away." },
  busy: { about: "you", what: "Shows others that you do not want to be disturbed." },
  back: { about: "you", aliases: ["available"], what: "Shows others that you are there again." },
  search: {
    about: "messages",
    usage: "WORDS",
    what: "Searches all messages; the last word may be only begun.",
    takes: ["text"],
  },
  history: {
    about: "messages",
    aliases: ["log"],
    usage: "[COUNT]",
    what: "Shows earlier messages of this conversation, with their numbers.",
  },
  unread: { about: "messages", what: "Shows what you have not read, in all conversations." },
  why: {
    about: "messages",
    aliases: ["where"],
    usage: "[NUMBER]",
    what: "Says where a message is and why; without a number, your last one here.",
  },
  retry: {
    about: "messages",
    usage: "[NUMBER]",
    what: "Tries at once again to send a message; without a number, your last one here.",
  },
  cancel: {
    about: "messages",
    usage: "[NUMBER]",
    what: "Gives up a message that has not gone out; without a number, your last one here.",
  },
  delete: {
    about: "messages",
    aliases: ["redact"],
    usage: "NUMBER",
    what: "Deletes a message here. What others hold stays with them.",
  },
  whois: {
    about: "people",
    usage: "NAME",
    what: "Shows what is known about somebody: addresses, keys, trust.",
    takes: ["person"],
  },
  verify: {
    about: "people",
    usage: "NAME",
    what: "Shows somebody's key to be compared, and remembers that it is right.",
    takes: ["person"],
  },
  rename: {
    about: "people",
    usage: "NAME [NEW NAME]",
    what: "Gives somebody a name of your own; without one, back to theirs.",
    takes: ["person", "text"],
  },
  merge: {
    about: "people",
    usage: "NAME OTHER-NAME",
    what: "Says that both are one person; the second becomes part of the first.",
    takes: ["person", "person"],
  },
  mute: { about: "conversations", what: "No sign and no colour for what arrives in this conversation." },
  unmute: { about: "conversations", what: "Takes /mute back." },
  pin: { about: "conversations", what: "Keeps this conversation at the top of the list." },
  unpin: { about: "conversations", what: "Takes /pin back." },
  networks: { about: "networks", what: "Shows your networks and how they are." },
  connect: {
    about: "networks",
    usage: "KIND [as NAME] [key=value …]",
    what: "Connects a network of a kind, a second one of it under a name of its own; it stays connected.",
    takes: ["kind"],
  },
  disconnect: {
    about: "networks",
    usage: "NETWORK",
    what: "Disconnects a network; its history stays.",
    takes: ["network"],
  },
  status: { about: "networks", what: "Shows the state of everything at a glance." },
  doctor: { about: "networks", what: "Checks everything that can be in the way, and says how to mend it." },
  set: {
    about: "networks",
    usage: "[KEY]",
    what: "Shows the configuration: each key, its value and where it comes from.",
  },
  close: {
    about: "talk",
    what: "Closes the current conversation: nothing is deleted, and a room is not left.",
  },
  clear: { about: "talk", what: "Empties the screen; nothing is deleted." },
  version: { about: "networks", what: "Shows the version." },
  quit: {
    about: "talk",
    aliases: ["exit", "bye"],
    what: "Leaves the chat. Messages still arrive in the background until `kith stop`.",
  },
} as const satisfies Record<string, Row>;

export type CommandName = keyof typeof table;

export const commands: readonly Command[] = Object.entries<Row>(table).map(([name, row]) => ({
  name: name as CommandName,
  about: row.about,
  aliases: row.aliases ?? [],
  usage: row.usage ?? "",
  what: row.what,
  takes: row.takes ?? [],
}));

const byName: ReadonlyMap<string, Command> = new Map(
  commands.flatMap((command) => [command.name, ...command.aliases].map((name) => [name, command])),
);

export function commandNamed(name: string): Command | undefined {
  return byName.get(name.replace(/^\//, "").toLowerCase());
}

export type Typed =
  | { readonly kind: "nothing" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "command"; readonly name: CommandName; readonly rest: string }
  /** Never sent as a text: it may have been meant for us alone. */
  | { readonly kind: "unknown"; readonly name: string; readonly nearest?: CommandName };

/** What a line asks for. `//text` says `/text`; a path such as /etc/hosts is no command, but is not sent either. */
export function parseTyped(line: string): Typed {
  const text = line.trimEnd();
  if (text.trim() === "") return { kind: "nothing" };
  if (text.startsWith("//")) return { kind: "text", text: text.slice(1) };
  if (!text.startsWith("/")) return { kind: "text", text };
  const [, name = "", rest = ""] = /^\/(\S*)\s*([\s\S]*)$/.exec(text) ?? [];
  const command = commandNamed(name);
  if (command !== undefined) return { kind: "command", name: command.name, rest };
  const near =
    name === ""
      ? undefined
      : nearest(
          name.toLowerCase(),
          commands.flatMap((known) => [known.name, ...known.aliases]),
        );
  const meant = near === undefined ? undefined : commandNamed(near);
  return { kind: "unknown", name, ...(meant === undefined ? {} : { nearest: meant.name }) };
}

export interface WhoAndRest {
  readonly who: string;
  readonly rest: string;
}

/**
 * Splits "NAME text": the longest known name that the text begins with, whatever its case; else what stands in quotes;
 * else the first word.
 */
export function splitWho(text: string, names: readonly string[]): WhoAndRest {
  const lower = text.toLowerCase();
  const fitting = names
    .filter((name) => lower.startsWith(name.toLowerCase()) && /^(?:\s|$)/.test(text.slice(name.length)))
    .sort((a, b) => b.length - a.length)[0];
  if (fitting !== undefined) return { who: fitting, rest: text.slice(fitting.length).trimStart() };
  const [, quoted, word, rest = ""] = /^(?:"([^"]+)"|(\S+))\s*([\s\S]*)$/.exec(text) ?? [];
  return { who: quoted ?? word ?? "", rest };
}
