/** The errors of the world and of requests: one table of permanent codes, each with what happened and what to do. */
export interface ErrorEntry {
  /** What happened, for a person; `{name}` stands for a detail of that name. */
  readonly what: string;
  /** What to do next. */
  readonly mend: string;
}

/** Codes are permanent: scripts test for them. Sorted by code; docs/reference/errors.md is made from it. */
export const errorTable = {
  "already-joined": {
    what: "You are in the room {room} already",
    mend: "Leave it first: `kith rooms leave`, or /leave in the chat.",
  },
  "ambiguous-name": {
    what: "{name} fits several people: {candidates}",
    mend: "Say which one, by the full label or the number that `kith people` shows.",
  },
  "api-port-unusable": {
    what: "The WebSocket cannot be opened at port {port}: {problem}",
    mend: "Set api.port to another port, or to 0 for a free one.",
  },
  "bad-parameters": {
    what: "The request cannot be understood: {problem}",
    mend: "See docs/reference/api.md for what the method takes.",
  },
  "bad-profile-name": {
    what: "{name} cannot be a profile's name",
    mend: "Use 1 to 32 of a-z, 0-9 and -, beginning with a letter or digit.",
  },
  "config-bad-value": {
    what: "The setting {key} ({where}) cannot be used: {problem}",
    mend: "See docs/reference/config.md for what it takes.",
  },
  "config-unknown-key": {
    what: "There is no setting {key} ({where})",
    mend: "{hint}All settings are in docs/reference/config.md.",
  },
  "config-unreadable": {
    what: "{file} cannot be read: {problem}",
    mend: "Mend that line, or move the file away.",
  },
  "consent-needed": {
    what: "{name} uses a program that does not encrypt: anybody on the way can read the message",
    mend: "Send it with --plain (or answer yes in the chat) if that is all right; it is asked once per person.",
  },
  "conversations-full": {
    what: "There are {count} conversations already, the most there may be",
    mend: "Write in one that is there, or begin a new profile with --profile.",
  },
  "daemon-absent": {
    what: "No daemon runs for this profile",
    mend: "Leave out --no-start, or start it with `kith daemon`.",
  },
  "daemon-lost": {
    what: "The connection to the daemon ended before it answered",
    mend: "Try again; `kith doctor` and the log tell why if it happens again.",
  },
  "daemon-not-started": {
    what: "The daemon did not start: {problem}",
    mend: "`kith daemon` runs it in the foreground and shows what happens; its log is {log}.",
  },
  "daemon-stopping": {
    what: "The daemon is stopping, and takes nothing up any more",
    mend: "Start it again, then try once more. Nothing was changed.",
  },
  "disk-full": {
    what: "The disk that holds {file} is full",
    mend: "Free some space, then try again. Nothing of it was stored or sent.",
  },
  "file-exists": {
    what: "The file {file} is there already",
    mend: "Choose another name, or move that file away.",
  },
  "file-unusable": {
    what: "The file {file} cannot be used: {problem}",
    mend: "Check the path (it must be absolute), the rights and the free space.",
  },
  "folder-not-private": {
    what: "The folder {folder} is not yours alone",
    mend: "Remove it or take the others' rights away (chmod 700), or set XDG_RUNTIME_DIR.",
  },
  "folder-unusable": {
    what: "The folder {folder} cannot be used: {problem}",
    mend: "Make it writable, free some space, or choose another one with --home.",
  },
  internal: {
    what: "Something went wrong inside kith: {problem}",
    mend: "The request had no effect. The log has the details; please report it.",
  },
  "join-without-name": {
    what: "You have no name for rooms yet",
    mend: "Choose one: `kith rooms user NAME`, or /user NAME in the chat.",
  },
  "keys-unreadable": {
    what: "The stored keys of network {network} cannot be read: {problem}",
    mend:
      "Restore the profile from a backup; or give them up: `kith network disconnect {network} --forget`, then connect " +
      "it again. It has new keys then, and whoever knows you there sees somebody else.",
  },
  "listen-failed": {
    what: "Nobody can be served at {address}, port {port}: {problem}",
    mend: "Choose another one with --port or --address.",
  },
  "name-empty": {
    what: "No name was given",
    mend: "Say which one, such as `kith rooms user alice` (/user alice in the chat).",
  },
  "name-shared": {
    what: "{name} is not the only one by that name here: {others} could be meant, and names alone prove nothing",
    mend: "Ask them another way who is who, then answer yes in the chat or send it with --plain; it is asked again when somebody else takes the name.",
  },
  "name-unusable": { what: "This name cannot be used: {problem}", mend: "Choose another one." },
  "network-busy": {
    what: "More was asked of the network {network} at one time than it can answer",
    mend: "Wait for the answers, then try again.",
  },
  "network-exists": {
    what: "There is a network named {network} already",
    mend: "Change it with `kith network configure`, or give the new one another name.",
  },
  "network-stopped": {
    what: "The network {network} was stopped before it was done",
    mend: "Connect it again, then try once more.",
  },
  "networks-full": {
    what: "{count} networks are connected already, the most there may be",
    mend: "Disconnect one of them first.",
  },
  "no-history": {
    what: "There is no history at {file}",
    mend: "Say which profile is meant, with --profile or --home.",
  },
  "no-key": {
    what: "{name} proves nothing by a key: there is nothing to compare",
    mend: "Only people whose program encrypts can be verified.",
  },
  "no-rooms-network": {
    what: "No network with rooms is connected",
    mend: "Connect one: `kith network connect rooms server=HOST:PORT`.",
  },
  "no-such-conversation": {
    what: "There is no conversation {conversation}",
    mend: "See `kith conversations`.",
  },
  "no-such-kind": {
    what: "There is no kind of network called {kind}",
    mend: "The kinds are: {kinds}.",
  },
  "no-such-member": {
    what: "Nobody by the name {name} is in the room",
    mend: "See `kith rooms members`.",
  },
  "no-such-message": { what: "There is no message {message}", mend: "See `kith history`." },
  "no-such-method": { what: "There is no method {method}", mend: "See docs/reference/api.md." },
  "no-such-network": { what: "There is no network named {network}", mend: "See `kith network list`." },
  "no-such-person": {
    what: "Nobody is known by the name {name}",
    mend: "See `kith people`; a room is written with its sign, '#lobby'.",
  },
  "nobody-there": {
    what: "There is nobody in conversation {conversation} to send to",
    mend: "Wait until somebody is there; if its person was joined with another, write in that one's conversation.",
  },
  "not-a-request": {
    what: "This is no request: {problem}",
    mend: "See docs/reference/api.md for how to ask.",
  },
  "not-an-export": {
    what: "{file} is no history that kith has exported",
    mend: "Import a file that `kith export --format jsonl` wrote.",
  },
  "not-carried": {
    what: "The network {network} carries nothing of the kind {what}",
    mend: "Write it as a text.",
  },
  "not-connected": {
    what: "Nothing can be sent to the room {room}: {problem}",
    mend: "`kith rooms members` (/members in the chat) shows who is there, `kith rooms join {room}` (/join) enters it.",
  },
  "not-delivered": {
    what: "The message to {name} is not delivered: {problem}",
    mend: "`kith why {message}` says where it is, and whether it is tried again.",
  },
  "not-joined": {
    what: "You are not in {room}",
    mend: "`kith rooms list` (/rooms in the chat) shows the rooms, `kith rooms join` (/join) enters one.",
  },
  "not-reachable": {
    what: "{name} cannot be reached alone on {network}",
    mend: "See `kith people` for where people are reached; whoever is only in a room is reached there, with all others in it.",
  },
  "other-key": {
    what: "{name} has another key than the {known} you know by this name",
    mend: "Compare the keys another way: `kith people join` if both are one person, `kith people verify` if not; or answer yes in the chat.",
  },
  "outbox-full": {
    what: "{count} messages are waiting to be sent already, the most there may be",
    mend: "Wait until some have gone out, or cancel some.",
  },
  "passphrase-missing": {
    what: "No new passphrase was given",
    mend: "Nothing was changed. `kith passphrase --remove` takes the passphrase away.",
  },
  "passphrase-needed": {
    what: "The profile is encrypted, and no passphrase was given",
    mend: "Run kith on a terminal, which asks for it, or name a file with --passphrase-file.",
  },
  "passphrase-not-set": {
    what: "The history in {file} is not encrypted, but a passphrase was given",
    mend: "Start without the passphrase; `kith passphrase` sets one.",
  },
  "passphrase-wrong": {
    what: "The passphrase does not open the profile",
    mend: "Try again; nobody can open the profile without it.",
  },
  "passphrases-differ": {
    what: "The two passphrases are not the same",
    mend: "Nothing was changed; try again.",
  },
  "poke-self": {
    what: "You cannot poke yourself",
    mend: "Name somebody else: `kith rooms members` shows who is there.",
  },
  "poke-unanswered": {
    what: "{name} has not answered the poke",
    mend: "It may have been lost, or come too soon after another one: try again in a moment, or write to the room.",
  },
  "poke-whom": {
    what: "To whom do you want to send the poke? In the room: {members}",
    mend: "Name one of them: `kith rooms poke NAME`, or /poke NAME in the chat.",
  },
  "port-unusable": {
    what: "The port {port} of the network {network} cannot be used: {problem}",
    mend: "Choose another one: `kith network configure {network} port=NUMBER`.",
  },
  "profile-in-use": {
    what: "The profile in {folder} is in use by process {pid}",
    mend: "Use the one that is running, or end it with `kith stop`.",
  },
  "renamed-after-join": {
    what: "The name cannot be changed while you are in the room {room}",
    mend: "Leave the room, change the name, then join again.",
  },
  "request-too-long": {
    what: "The request has {size} bytes, at most {limit} are taken",
    mend: "Send less at a time.",
  },
  "room-awaited": {
    what: "The room {room} is being entered, but its server has not answered yet",
    mend: "It is entered by itself as soon as its server answers; `kith rooms leave`, or /leave in the chat, gives it up.",
  },
  "room-missing": {
    what: "No room was named",
    mend: "Say which one: `kith rooms list` (/rooms in the chat) shows those that are there, and a new name makes a new room.",
  },
  "room-name-unusable": {
    what: "This cannot be the name of a room: {problem}",
    mend: "Choose another one.",
  },
  "search-busy": {
    what: "{count} long searches are running already, the most there may be",
    mend: "Wait until one of them is done, or cancel one.",
  },
  "server-closed": {
    what: "The server {server} has closed the connection without an answer",
    mend: "Try again; `kith doctor` shows how the network is.",
  },
  "server-refused": {
    what: "The server {server} refuses: {reason}",
    mend: "Mend what it names, then try again.",
  },
  "server-unreachable": {
    what: "The server {server} cannot be reached: {why}",
    mend: "See that it runs and that its address is right: `kith network configure` changes it.",
  },
  "socket-path-too-long": {
    what: "The path of a socket in {folder} would be longer than the {limit} bytes that the system allows",
    mend: "Set XDG_RUNTIME_DIR to a folder with a shorter path.",
  },
  "store-ahead": {
    what: "The disk has kept a change that it had reported as failed, so kith has ended",
    mend: "Look after the disk, then start kith again: it goes on from what is stored.",
  },
  "store-damaged": {
    what: "The history in {file} is damaged: {problem}",
    mend: "Restore a backup, or let `kith salvage` copy all that can be read into a new file; the damaged one is kept.",
  },
  "store-failed": {
    what: "Nothing could be stored: {problem}",
    mend: "Free some disk space or mend the disk, then try again. Nothing of it was sent.",
  },
  "store-newer": {
    what: "The history in {file} was written by a newer kith (format {found}, this one knows up to {known})",
    mend: "Use the newer kith.",
  },
  "store-read-only": {
    what: "The history in {file} cannot be written: {problem}",
    mend: "Make the file and its folder writable for you, or choose another folder with --home.",
  },
  "text-empty": { what: "There is no text to send", mend: "Write something first." },
  "text-too-long": {
    what: "The text has {size} bytes, {network} carries {limit}",
    mend: "Shorten it or send it in parts.",
  },
  "which-network": {
    what: "Several networks have rooms: {networks}",
    mend: "Say which one, with --network NAME (in the chat as the command's last word), or write the room as '#lobby@NAME'.",
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

export type ErrorDetails = Readonly<Record<string, string | number>>;

/** A failure with a permanent code. Its message is the table's sentence with the details put in. */
export class KithError extends Error {
  override readonly name = "KithError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(fillIn(errorTable[code].what, details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  get mend(): string {
    return fillIn(errorTable[this.code].mend, this.details);
  }
}

function fillIn(sentence: string, details: ErrorDetails): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? `{${name}}`));
}

/** What was thrown, in words: a library may throw what is no Error, which would be "[object Object]". */
export function problemOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === "" ? thrown.name : thrown.message;
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  return "message" in thrown && typeof thrown.message === "string" ? thrown.message : asJson(thrown);
}

function asJson(thrown: object): string {
  try {
    return JSON.stringify(thrown);
  } catch {
    return Object.keys(thrown).join(", "); // translated: it contains itself, or what JSON cannot say
  }
}
