/** The table of verbs: what there is, what each takes and prints; the command line, its help and its reference page come from it. */
import type { Verb, VerbOption } from "./verb.ts";

/** Every verb has these. */
export const commonOptions: readonly VerbOption[] = [
  { flags: "--json", what: "one JSON value as the answer, JSON lines as a stream" },
  { flags: "--home <folder>", what: "the folder of the profile (KITH_HOME)" },
  { flags: "--profile <name>", what: "which profile" },
  { flags: "--set <key=value>", what: "a configuration key, for the daemon that is started; repeatable" },
  { flags: "--no-start", what: "fail when no daemon runs, instead of starting one" },
  { flags: "--passphrase-file <file>", what: "the passphrase is its first line; - is the standard input" },
  { flags: "--simple", what: "no colours and no redrawing: for screen readers and simple terminals" },
];

const limit: VerbOption = {
  flags: "--limit <count>",
  what: "at most so many messages (default 50, at most 500)",
};
const inWho: VerbOption = {
  flags: "--in <who>",
  what: "only in the conversation with a person, or in #room",
};
const network: VerbOption = { flags: "--network <name>", what: "over this network" };
const whichNetwork: VerbOption = {
  flags: "--network <name>",
  what: "on this network, where several could be meant",
};

const people = () => import("./verbs/people.ts");
const profile = () => import("./verbs/profile.ts");
const messages = () => import("./verbs/messages.ts");
const networks = () => import("./verbs/networks.ts");
const rooms = () => import("./verbs/rooms.ts");
const archive = () => import("./verbs/archive.ts");

/** What `kith` alone does. */
export const chatVerb: Verb = {
  name: "chat",
  usage: "",
  what: "The chat. Where there is no terminal it reads lines and prints lines.",
  json: {
    says: "is refused, for the chat is for people; programs use `kith tail --json` and `kith send --json`",
  },
  load: async () => (await import("./chat/chat.ts")).runChat,
};

export const verbs: readonly Verb[] = [
  chatVerb,
  {
    name: "daemon",
    usage: "",
    what: "Runs the profile's daemon in the foreground until Ctrl+C or `kith stop`.",
    json: { says: "one line an event, `{event, …}`; the first is `ready`, with the addresses" },
    load: async () => (await import("./verbs/daemon.ts")).runDaemon,
  },
  {
    name: "serve rooms",
    usage: "",
    what: "Runs a room server, to which others connect, until Ctrl+C; needs no profile.",
    options: [
      { flags: "--port <number>", what: "where it listens (default 32340)" },
      { flags: "--address <address>", what: "only at this address of the computer (default 0.0.0.0: all)" },
      { flags: "--connections <count>", what: "at most so many at one time (default 10000)" },
      { flags: "--per-address <count>", what: "at most so many from one address (default 32)" },
      { flags: "--trust-addresses", what: "lets members name addresses that they do not connect from" },
      { flags: "--log <file>", what: "keeps a log in this file" },
      { flags: "--verbose", what: "says who joins, leaves and is refused" },
    ],
    json: {
      says: "one line an event, `{event, …}`; the first is `ready`, with the address, the last `ended`",
    },
    load: async () => (await import("./verbs/serve.ts")).serveRooms,
  },
  {
    name: "status",
    usage: "",
    what: "The state of everything at a glance.",
    json: { answerOf: "system.status" },
    load: async () => (await profile()).status,
  },
  {
    name: "people",
    usage: "",
    what: "Who is there and whom you know.",
    options: [{ flags: "--online", what: "only those who are there now" }],
    json: { answerOf: "people.list" },
    load: async () => (await people()).list,
  },
  {
    name: "people rename",
    usage: "<who> [name]",
    what: "Gives somebody a name of your own; without one, back to theirs.",
    json: { answerOf: "people.rename" },
    load: async () => (await people()).rename,
  },
  {
    name: "people join",
    usage: "<into> <from>",
    what: "Says that both are one person; the second becomes part of the first.",
    json: { answerOf: "people.join" },
    load: async () => (await people()).join,
  },
  {
    name: "people verify",
    usage: "<who>",
    what: "Remembers that you have compared somebody's key.",
    options: [{ flags: "--undo", what: "takes it back" }],
    json: { answerOf: "people.verify" },
    load: async () => (await people()).verify,
  },
  {
    name: "people allow-plain",
    usage: "<who>",
    what: "Agrees that messages to somebody may go out unencrypted.",
    options: [{ flags: "--undo", what: "takes it back" }],
    json: { answerOf: "people.allowPlain" },
    load: async () => (await people()).allowPlain,
  },
  {
    name: "send",
    usage: "<who> <text...>",
    what: "Sends a text to a person or a #room; `-` reads it from the standard input.",
    options: [
      network,
      { flags: "--wait <state>", what: "waits until it is `sent` or `delivered`; fails when it is not" },
      { flags: "--timeout <seconds>", what: "waits at most so long (default 30)" },
      {
        flags: "--plain",
        what: "agrees to what would be asked: that it cannot be encrypted, or that somebody else has the name; once per person",
      },
      { flags: "--action", what: "says what you do: “* Alice waves”" },
    ],
    json: { answerOf: "messages.send" },
    load: async () => (await import("./verbs/send.ts")).send,
  },
  {
    name: "rooms list",
    usage: "",
    what: "The rooms that the server knows, the newest first, and in which of them you are.",
    options: [whichNetwork],
    json: { answerOf: "rooms.list" },
    load: async () => (await rooms()).list,
  },
  {
    name: "rooms join",
    usage: "[room]",
    what: "Enters a room, also after a restart, until you leave it; a new name makes a new room.",
    options: [whichNetwork],
    json: { answerOf: "rooms.join" },
    load: async () => (await rooms()).join,
  },
  {
    name: "rooms leave",
    usage: "",
    what: "Leaves the room; its history stays.",
    options: [whichNetwork],
    json: { answerOf: "rooms.leave" },
    load: async () => (await rooms()).leave,
  },
  {
    name: "rooms members",
    usage: "",
    what: "Who is in the room with you, in the order of its list: addresses, links, last heard.",
    options: [whichNetwork],
    json: { answerOf: "rooms.members" },
    load: async () => (await rooms()).members,
  },
  {
    name: "rooms poke",
    usage: "[name]",
    what: "Nudges somebody in the room; fails when they do not answer.",
    options: [whichNetwork],
    json: { answerOf: "rooms.poke" },
    load: async () => (await rooms()).poke,
  },
  {
    name: "rooms user",
    usage: "[name]",
    what: "Sets the name that others see in rooms, before you enter one; without a name, prints it.",
    options: [whichNetwork],
    json: { answerOf: "rooms.user" },
    load: async () => (await rooms()).user,
  },
  {
    name: "tail",
    usage: "",
    what: "Prints messages as they come and change, until Ctrl+C.",
    options: [
      {
        flags: "--since <cursor>",
        what: "first all that came or changed since; the `changed` of the last message seen",
      },
    ],
    json: {
      says: "a line for each new or changed message, as `messages.get` answers it; `changed` is the cursor",
    },
    load: async () => (await import("./verbs/tail.ts")).tail,
  },
  {
    name: "conversations",
    usage: "",
    what: "All conversations, the newest first.",
    json: { answerOf: "conversations.list" },
    load: async () => (await messages()).conversations,
  },
  {
    name: "history",
    usage: "<who>",
    what: "Messages of a conversation, by a name, #room or its number.",
    options: [limit, { flags: "--before <number>", what: "only those with a smaller number" }, whichNetwork],
    json: { answerOf: "messages.page" },
    load: async () => (await messages()).history,
  },
  {
    name: "search",
    usage: "<words...>",
    what: "Messages with all of these words, the last one also as a beginning.",
    options: [
      inWho,
      whichNetwork,
      limit,
      { flags: "--contains", what: "any run of letters, slower" },
      { flags: "--ranked", what: "the best fitting first instead of the newest" },
    ],
    json: { answerOf: "messages.search" },
    load: async () => (await messages()).search,
  },
  {
    name: "why",
    usage: "<message>",
    what: "Where a message is and why, by its number or id.",
    json: { answerOf: "messages.get" },
    load: async () => (await messages()).why,
  },
  {
    name: "nick",
    usage: "[name]",
    what: "Changes your name, or prints it.",
    json: { answerOf: "profile.set" },
    load: async () => (await profile()).nick,
  },
  {
    name: "presence",
    usage: "<available|busy|away>",
    what: "What others see of you.",
    json: { answerOf: "profile.set" },
    load: async () => (await profile()).presence,
  },
  {
    name: "network list",
    usage: "",
    what: "Your networks and how they are; what else can be connected.",
    json: { answerOf: "networks.list" },
    load: async () => (await networks()).list,
  },
  {
    name: "network connect",
    usage: "<kind> [key=value...]",
    what: "Connects a network of a kind; it stays connected after a restart.",
    options: [{ flags: "--as <name>", what: "under this name (default: the kind)" }],
    json: { answerOf: "networks.connect" },
    load: async () => (await networks()).connect,
  },
  {
    name: "network configure",
    usage: "<name> <key=value...>",
    what: "Changes settings of a network, which connects anew with them.",
    json: { answerOf: "networks.configure" },
    load: async () => (await networks()).configure,
  },
  {
    name: "network disconnect",
    usage: "<name>",
    what: "Disconnects a network; its history stays.",
    options: [
      { flags: "--forget", what: "deletes its keys and settings too: others see somebody else afterwards" },
      { flags: "--yes", what: "without asking" },
    ],
    json: { answerOf: "networks.disconnect" },
    load: async () => (await networks()).disconnect,
  },
  {
    name: "doctor",
    usage: "",
    what: "Checks all that can be in the way, and says how to mend it. Fails when something is bad.",
    json: { answerOf: "system.doctor" },
    load: async () => (await profile()).doctor,
  },
  {
    name: "config",
    usage: "",
    what: "The configuration in force: each key, its value and where it comes from.",
    json: { answerOf: "settings.get" },
    load: async () => (await profile()).config,
  },
  {
    name: "export",
    usage: "",
    what: "Writes the history to a new file, or to the standard output.",
    options: [
      { flags: "--format <format>", what: "jsonl, text or html (default jsonl)" },
      { flags: "--out <file>", what: "the file, which must not exist" },
      inWho,
      whichNetwork,
    ],
    json: { answerOf: "history.export" },
    load: async () => (await archive()).exportHistory,
  },
  {
    name: "import",
    usage: "<file>",
    what: "Merges an exported JSONL file; what is here already stays as it is.",
    json: { answerOf: "history.import" },
    load: async () => (await archive()).importHistory,
  },
  {
    name: "passphrase",
    usage: "",
    what: "Sets or changes the passphrase that encrypts the profile; asks for it. No daemon may run.",
    options: [
      {
        flags: "--new-passphrase-file <file>",
        what: "the new one is its first line; - is the standard input",
      },
      { flags: "--remove", what: "takes the passphrase away: the history is not encrypted any more" },
      {
        flags: "--delete-chat-log",
        what: "deletes chat logs, which hold in plain text what is encrypted now",
      },
    ],
    json: {
      says: "`{home, encrypted, deleted, left}`: the chat logs deleted, and files still readable without it",
    },
    load: async () => (await import("./verbs/passphrase.ts")).passphrase,
  },
  {
    name: "salvage",
    usage: "",
    what: "Saves what can be read of a damaged history; the damaged file is kept. No daemon may run.",
    options: [{ flags: "--yes", what: "without asking" }],
    json: {
      says: "`{file, aside, saved, incomplete}`: the rows saved by table, the tables of which something was lost",
    },
    load: async () => (await import("./verbs/salvage.ts")).salvage,
  },
  {
    name: "stop",
    usage: "",
    what: "Ends the profile's daemon.",
    json: { answerOf: "system.stop" },
    load: async () => (await profile()).stop,
  },
];
