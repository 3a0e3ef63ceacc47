/** What each slash command does. */
import { chatWords } from "../../model/chat-words.ts";
import { KithError } from "../../../base/errors.ts";
import type { NetworkName } from "../../../base/ids.ts";
import {
  commandNamed,
  commands,
  splitWho,
  subjects,
  type Command,
  type CommandName,
} from "../../model/commands.ts";
import { isRoomWritten, placeNamed } from "../../model/naming.ts";
import type { Availability, Conversation } from "../../model/records.ts";
import { roomWords } from "../../model/room-words.ts";
import { breakSpans, plain, styled, type Spans } from "../../model/spans.ts";
import { emptyWords, isJoined, networkWords, titleOf } from "../../model/words.ts";
import { tableLines } from "../output.ts";
import { conversationLines, numberedLines, whyLines } from "../lines/messages.ts";
import { networkListLines } from "../lines/networks.ts";
import { fingerprintsOf, peopleLines, whoisLines } from "../lines/people.ts";
import { configLines, doctorLines, statusLines } from "../lines/profile.ts";
import { existingName, newNetworkName } from "../places.ts";
import { settingsFrom, UsageError } from "../usage.ts";
import type { Controls, To } from "./controls.ts";
import { roomActions } from "./room-actions.ts";

type Action = (chat: Controls, rest: string) => Promise<void> | void;

const historyDefault = 30;
/** The API's own limit of a page. */
const historyMax = 500;
const searchMax = 20;

export const actions: Readonly<Record<CommandName, Action>> = {
  ...roomActions,
  help,
  people: (chat) => {
    const people = [...chat.screen.people.values()];
    if (people.length === 0) chat.say([plain(emptyWords.people)]);
    else chat.display.print(peopleLines(people, chat.layout.now, chat.layout.width));
  },
  msg: async (chat, rest) => {
    const { who, rest: text } = splitWho(needed(rest, "msg"), chat.names);
    if (text === "") {
      await query(chat, who);
      return;
    }
    const { to, name } = await partner(chat, who);
    const conversation = await chat.send(to, text, { action: false, name });
    // Only where nothing else was going on: whoever is talking to somebody goes on talking to them.
    if (chat.current === undefined) await chat.turnTo(conversation);
  },
  query: (chat, rest) => query(chat, needed(rest, "query")),
  conversations: (chat) => {
    const list = [...chat.screen.conversations.values()].sort(
      (a, b) => Number(b.pinned) - Number(a.pinned) || b.newest - a.newest,
    );
    if (list.length === 0) chat.say([plain(emptyWords.conversations)]);
    else chat.display.print(conversationLines(list, chat.layout.now, chat.layout.width));
  },
  me: (chat, rest) => chat.speak(needed(rest, "me"), true),
  nick: async (chat, rest) => {
    if (rest !== "")
      chat.feed.apply({ kind: "profile", profile: await chat.client.call("profile.set", { name: rest }) });
    chat.say([plain(chatWords.youAre(chat.screen.profile?.name ?? "?"))]);
  },
  away: (chat) => available(chat, "away"),
  busy: (chat) => available(chat, "busy"),
  back: (chat) => available(chat, "available"),
  search: async (chat, rest) => {
    const { messages } = await chat.client.call("messages.search", {
      text: needed(rest, "search"),
      limit: searchMax,
    });
    if (messages.length === 0) chat.say([plain(emptyWords.search)]);
    else {
      const everywhere = { ...chat.screen, current: undefined };
      chat.display.print(numberedLines(messages.toReversed(), everywhere, chat.layout));
    }
  },
  history: async (chat, rest) => {
    const limit = rest === "" ? historyDefault : Math.min(historyMax, Math.max(1, wholeNumber(rest)));
    const { messages } = await chat.client.call("messages.page", { conversation: here(chat).id, limit });
    if (messages.length === 0) chat.say([plain(emptyWords.history)]);
    else chat.display.print(numberedLines(messages, chat.screen, chat.layout));
  },
  unread,
  why: async (chat, rest) => {
    const message = await chat.client.call("messages.get", { message: await messageMeant(chat, rest) });
    chat.say(...whyLines(message, chat.layout));
  },
  retry: async (chat, rest) => {
    await chat.client.call("messages.retry", { message: await idMeant(chat, rest) });
    chat.say([styled(chatWords.retried, "dim")]);
  },
  cancel: async (chat, rest) => {
    await chat.client.call("messages.cancel", { message: await idMeant(chat, rest) });
    chat.say([styled(chatWords.givenUp, "dim")]);
  },
  delete: async (chat, rest) => {
    await chat.client.call("messages.delete", { message: await idMeant(chat, needed(rest, "delete")) });
    chat.say([styled(chatWords.deleted, "dim")]);
  },
  whois: async (chat, rest) => {
    const person = await chat.person(needed(rest, "whois"));
    chat.display.print(whoisLines(person, chat.layout.now, chat.layout.width));
  },
  verify,
  rename: async (chat, rest) => {
    const { who, rest: name } = splitWho(needed(rest, "rename"), chat.names);
    const { id, label } = await chat.person(who);
    const person = await chat.client.call("people.rename", { who: id, ...(name === "" ? {} : { name }) });
    chat.say([plain(chatWords.renamed(label, person.label))]);
  },
  merge: async (chat, rest) => {
    const { who: into, rest: from } = splitWho(needed(rest, "merge"), chat.names);
    const [kept, gone] = [await chat.person(into), await chat.person(needed(from, "merge"))];
    await chat.client.call("people.join", { into: kept.id, from: gone.id });
    chat.say([plain(chatWords.joined(gone.label, kept.label))]);
  },
  mute: (chat) => change(chat, { muted: true }, chatWords.muted),
  unmute: (chat) => change(chat, { muted: false }, chatWords.unmuted),
  pin: (chat) => change(chat, { pinned: true }, chatWords.pinned),
  unpin: (chat) => change(chat, { pinned: false }, chatWords.unpinned),
  networks: async (chat) => {
    const answer = await chat.client.call("networks.list", {});
    const around = { ...chat.layout, conversations: [...chat.screen.conversations.values()] };
    chat.display.print(networkListLines(answer, around));
  },
  connect: async (chat, rest) => {
    const [kind = "", ...words] = needed(rest, "connect").split(/\s+/);
    const [name, pairs] = words[0] === "as" ? [words[1] ?? "", words.slice(2)] : [undefined, words];
    const network = await chat.client.call("networks.connect", {
      ...{ kind, settings: settingsFrom(pairs) },
      ...(name === undefined ? {} : { name: newNetworkName(name) }),
    });
    chat.say([plain(`${network.name}: ${networkWords(network, chat.layout.now)}`)]);
  },
  disconnect: async (chat, rest) => {
    await chat.client.call("networks.disconnect", { name: existingName(needed(rest, "disconnect")) });
    chat.say([plain(chatWords.disconnected(rest))]);
  },
  status: async (chat) => {
    const status = await chat.client.call("system.status", {});
    chat.display.print(statusLines(status, chat.layout.now, chat.layout.width));
  },
  doctor: async (chat) => {
    const { checks } = await chat.client.call("system.doctor", {});
    chat.display.print(doctorLines(checks, chat.layout.width));
  },
  set: async (chat, rest) => {
    const { settings } = await chat.client.call("settings.get", {});
    const found = settings.filter(({ key }) => key.startsWith(rest));
    if (found.length === 0) chat.say([plain(chatWords.noSetting(rest))]);
    else chat.display.print(configLines(found, chat.layout.width));
  },
  close: async (chat) => {
    const { current } = chat;
    await chat.leaveConversation();
    if (current !== undefined && isJoined(current))
      chat.say([styled(roomWords.stillIn(titleOf(current)), "dim")]);
  },
  clear: (chat) => {
    chat.display.clear();
  },
  version: (chat) => {
    chat.say([plain(`kith ${chat.version}`)]);
  },
  quit: (chat) => {
    chat.display.end();
  },
};

function help(chat: Controls, rest: string): void {
  const { width } = chat.layout;
  if (rest === "all") {
    chat.display.print(tableLines(commands.map(commandRow), width));
    return;
  }
  const command = commandNamed(rest);
  if (command !== undefined) {
    const also = chatWords.also(command.aliases);
    chat.say(
      ...[commandRow(command), [plain(also)]].map((spans) => spans.flatMap((span) => [span, plain("  ")])),
    );
    return;
  }
  if (rest !== "") throw new UsageError(chatWords.noCommand(rest));
  const rows = subjects.map((subject) => {
    const names = commands
      .filter(({ about }) => about === subject)
      .map(({ name, usage }) => `/${name} ${usage}`.trim());
    return [styled(subject, "dim"), plain(names.join("   "))];
  });
  chat.display.print(tableLines(rows, undefined).flatMap((line) => breakSpans(line, width)));
  chat.say([styled(chatWords.helpMore, "dim")]);
}

function commandRow({ name, usage, what }: Command): Spans {
  return [styled(`/${name} ${usage}`.trimEnd(), "strong"), plain(what)];
}

async function query(chat: Controls, written: string): Promise<void> {
  // The names of rooms have no spaces: what follows is a network.
  const { who, rest } = isRoomWritten(written) ? splitWho(written, []) : { who: written, rest: "" };
  const { to } = await partner(chat, who, rest === "" ? undefined : existingName(rest));
  const id = "who" in to ? (await chat.client.call("conversations.open", to)).id : to.conversation;
  await chat.open(id);
}

/** Somebody, or a conversation of several. A person known by just this name is meant before a room without its sign. */
async function partner(
  chat: Controls,
  who: string,
  network?: NetworkName,
): Promise<{ readonly to: To; readonly name: string }> {
  const isPerson = chat.names.some((name) => name.toLowerCase() === who.toLowerCase());
  const place = isPerson ? undefined : placeNamed(chat.screen.conversations.values(), who, network);
  if (place !== undefined) return { to: { conversation: place.id }, name: titleOf(place) };
  if (isRoomWritten(who)) throw new KithError("not-joined", { room: who });
  const { id, label } = await chat.person(who);
  return { to: { who: id }, name: label };
}

async function available(chat: Controls, availability: Availability): Promise<void> {
  chat.feed.apply({ kind: "profile", profile: await chat.client.call("profile.set", { availability }) });
  chat.say([styled(chatWords.seenAs(availability), "dim")]);
}

async function unread(chat: Controls): Promise<void> {
  const waiting = [...chat.screen.conversations.values()].filter(({ unread: count }) => count > 0);
  for (const conversation of waiting)
    await chat.showHistory(conversation, Math.min(historyMax, conversation.unread));
  if (waiting.length === 0) chat.say([styled(chatWords.allRead, "dim")]);
}

async function verify(chat: Controls, rest: string): Promise<void> {
  const person = await chat.person(needed(rest, "verify"));
  const keys = fingerprintsOf(person);
  if (keys.length === 0) throw new UsageError(chatWords.noKey(person.label));
  const question: readonly Spans[] = [
    [plain(chatWords.compare(person.label))],
    ...keys.map((key): Spans => [styled(`  ${key}`, "strong")]),
  ];
  const answer = await chat.display.ask(question, chatWords.isItTheSame);
  if (answer === undefined) return;
  const verified = /^y/i.test(answer);
  await chat.client.call("people.verify", { who: person.id, verified });
  chat.say([
    verified
      ? styled(chatWords.verified(person.label), "good")
      : styled(chatWords.notVerified(person.label), "warning"),
  ]);
}

async function change(
  chat: Controls,
  what: { readonly muted?: boolean; readonly pinned?: boolean },
  then: (title: string) => string,
): Promise<void> {
  const conversation = await chat.client.call("conversations.change", {
    conversation: here(chat).id,
    ...what,
  });
  chat.feed.apply({ kind: "conversation", conversation });
  chat.say([styled(then(titleOf(conversation)), "dim")]);
}

function here(chat: Controls): Conversation {
  if (chat.current === undefined) throw new UsageError(chatWords.noConversation);
  return chat.current;
}

function needed(rest: string, name: CommandName): string {
  if (rest !== "") return rest;
  throw new UsageError(chatWords.usage(name, commandNamed(name)?.usage ?? ""));
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(chatWords.notANumber(text));
  return Number(text);
}

/** A message by what was written, or my last one in the current conversation. */
async function messageMeant(chat: Controls, rest: string): Promise<string> {
  if (rest !== "") return rest.replace(/^#/, "");
  const conversation = here(chat);
  const { messages } = await chat.client.call("messages.page", {
    conversation: conversation.id,
    limit: historyDefault,
  });
  const last = messages.findLast(({ mine }) => mine);
  if (last === undefined) throw new KithError("no-such-message", { message: "of yours here" });
  return last.id;
}

async function idMeant(chat: Controls, rest: string): Promise<string> {
  return (await chat.client.call("messages.get", { message: await messageMeant(chat, rest) })).id;
}
