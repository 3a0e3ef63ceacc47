/** The catalogue, third part: what the command line says, and the words in its tables. */
import type { Availability } from "./records.ts";

const salvagedParts: Readonly<Record<string, string>> = {
  settings: "settings and keys",
  seen: "what was received before",
  seen_lately: "what was received before",
  deliveries: "what became of sent messages",
};

export const verbWords = {
  about: "A peer-to-peer chat for the people next to you and far away, with nothing in the middle.",
  aboutHelp: "Explains a verb; `kith help topics` explains the rest.",
  aboutTopics: "Explains names, secrecy, delivery, keys, exit codes and JSON.",
  aboutGroup: (group: string) =>
    group === "serve"
      ? "Servers that run here, for others to connect to"
      : `Verbs about ${group.replace(/s?$/, "s")}`,
  seeGroup: (group: string) => `see \`kith help ${group}\`.`,
  seeHelp: "See `kith help`.",
  noVerb: (word: string, meant: string | undefined) =>
    `there is no verb ${word}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
  chatIsForPeople: "the chat is for people; programs use `kith tail --json` and `kith send --json`",
  optionTakesNumber: (name: string, text: string) => `--${name} takes a number, not ${text}`,
  limitTakes: (max: number, limit: number) => `--limit takes 1 to ${max}, not ${limit}`,
  takesOneOf: (what: string, choices: readonly string[], text: string) =>
    `${what} takes ${choices.join(", ")}, not ${text}`,
  notKeyAndValue: (text: string) => `${text} is not key=value`,
  containsOrRanked: "--contains and --ranked exclude each other",
  withoutEffect: (key: string, inForce: string) =>
    `kith: --set ${key} has no effect: a daemon runs already, with ${inForce}; \`kith stop\` ends it.`,
  notSet: "nothing",
  passphrasePrompt: "Passphrase: ",
  yesOrNo: "[y/N] ",
  whichNumber: "Which number? ",
  isNow: (before: string, after: string) => `${before} is now ${after} here.`,
  mayGoPlain: (name: string, may: boolean) =>
    `Messages to ${name} ${may ? "may" : "may not"} go out unencrypted.`,
  noDaemonToStop: "No daemon was running.",
  stopped: "The daemon has stopped.",
  exported: (count: number, file: string) => `${count} messages are in ${file}.`,
  imported: (added: number, known: number, skipped: number) =>
    `${added} messages added, ${known} were here already, ${skipped} could not be read.`,
  nothingChanged: "Nothing was changed.",
  salvageQuestion:
    "Everything that can be read goes into a new file, which takes the damaged one's place; that one is kept beside it. Do it now?",
  needsYes: "nobody can be asked: say --yes to let it be done",
  salvaged: (count: {
    readonly messages: number;
    readonly conversations: number;
    readonly people: number;
    readonly file: string;
  }) =>
    `${count.messages} messages, ${count.conversations} conversations and ${count.people} people are saved in ${count.file}.`,
  /** What people call a table of the store. */
  salvagedPart: (table: string) => salvagedParts[table] ?? table,
  nothingLost: "Nothing was lost.",
  partlyLost: (parts: readonly string[]) => `A part or all was lost of: ${parts.join(", ")}.`,
  setAside: (file: string) => `The damaged file is kept as ${file}.`,
  newPassphrasePrompt: "New passphrase: ",
  againPrompt: "The same again: ",
  removeOrNew: "--remove and --new-passphrase-file exclude each other",
  oneStdin: "only one of the two passphrases can come from the standard input",
  needsNewPassphrase: "nobody can be asked: name a file with --new-passphrase-file, or say --remove",
  passphraseIs: (home: string, encrypted: boolean) =>
    encrypted
      ? `The history in ${home} is encrypted with the new passphrase. Nobody can open it without it.`
      : `The history in ${home} is not encrypted.`,
  deleteChatLogs: (files: readonly string[]) =>
    `The same messages stand in plain text in ${files.join(", ")}. Delete that too?`,
  isDeleted: (file: string) => `${file} is deleted.`,
  stillReadable: "These files can still be read without the new passphrase:",
  sentTo: "to",
  toYou: "(to you)",
  noReceipts: "sent, but this program never confirms what it receives",
  notWithin: (seconds: number, where: string) => `not within ${seconds} s: ${where}`,
  nobodyToDeliverTo: "nobody to deliver it to",
  continueWith: (cursor: number) => `Continue with --since ${cursor}`,
  newCount: (count: number) => (count === 0 ? "" : `${count} new`),
  online: (count: number) => `${count} online`,
  overridden: (key: string, from: "flag" | "environment") =>
    `${key} is kept, but has no effect: the daemon was started with another value by ${
      from === "flag" ? `--set ${key}` : "the environment"
    }.`,
  forgetQuestion: (name: string) =>
    `The keys of ${name} are deleted for good. Connected again, you are somebody else to everybody there. Do it now?`,
  forgotten: (name: string) =>
    `${name} is disconnected, its keys and settings are deleted; its history stays.`,
  connectable: "Can be connected too:",
  as: (name: string) => `as ${name}`,
  noAddress: "no address",
  key: (fingerprint: string | undefined) => (fingerprint === undefined ? "no key" : `key ${fingerprint}`),
  writtenBy: (author: string | undefined, mine: boolean) =>
    mine ? "Yours" : `From ${author ?? "the conversation"}`,
  written: (by: string, sent: string, arrived: string, secrecy: string) =>
    `${by}, written ${sent}, here ${arrived}, ${secrecy}.`,
  since: (moment: string) => `(since ${moment})`,
  retryOrCancel: (number: number) => `/retry ${number} tries again now, /cancel ${number} gives it up.`,
  status: {
    you: "you",
    people: "people",
    messages: "messages",
    profile: "profile",
    daemon: "daemon",
    api: "api",
    youAre: (name: string, availability: Availability) => `${name}, ${availability}`,
    peopleAre: (online: number, known: number) => `${online} online, ${known} known`,
    messagesAre: (unread: number, waiting: number) => `${unread} unread, ${waiting} waiting to go out`,
    profileIs: (home: string, encrypted: boolean) =>
      `${home}, ${encrypted ? "encrypted" : "not encrypted"} at rest`,
    daemonIs: (version: string, pid: number, started: string) => `${version}, pid ${pid}, started ${started}`,
  },
} as const;
