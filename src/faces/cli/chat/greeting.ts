/** The chat's first lines: how things are, at the very first start the name, then the newest conversation. */
import { chatWords } from "../../model/chat-words.ts";
import type { Conversation, Status } from "../../model/records.ts";
import { plain, styled, type Spans } from "../../model/spans.ts";
import { firstRunWords, healthWords, isJoined, titleOf } from "../../model/words.ts";
import { peopleLines } from "../lines/people.ts";
import type { Controls } from "./controls.ts";

export async function greet(chat: Controls, status: Status): Promise<void> {
  const { version, networks, people, profile } = status;
  const states = networks.map(
    ({ name, health }) => `${name} ${healthWords[health].sign} ${healthWords[health].words}`,
  );
  const facts = [...states, `${people.online} online`].join(" · ");
  chat.say(
    [styled(`kith ${version}`, "strong"), styled(` · ${facts}`, "dim")],
    [styled(chatWords.keys, "dim")],
  );
  if (!profile.named) await askName(chat, status);
  const first = firstOpened([...chat.screen.conversations.values()]);
  if (first !== undefined) await chat.open(first.id);
  tellUnreadElsewhere(chat);
}

/** The newest; where that is a room I have left, the one on its network in which I am instead. */
function firstOpened(conversations: readonly Conversation[]): Conversation | undefined {
  const [newest] = conversations.toSorted((a, b) => b.newest - a.newest);
  if (newest?.standing !== "out") return newest;
  return conversations.find((place) => place.network === newest.network && isJoined(place)) ?? newest;
}

async function askName(chat: Controls, { profile, networks, people }: Status): Promise<void> {
  const question: Spans = [plain(chatWords.askName), styled(profile.name, "strong"), plain(".")];
  const answer = (await chat.display.ask([question], chatWords.namePrompt))?.trim() ?? "";
  const named = await chat.client.call("profile.set", { name: answer === "" ? profile.name : answer });
  chat.feed.apply({ kind: "profile", profile: named });
  const explained = firstRunWords(networks, people.online).map((line): Spans => [plain(line)]);
  chat.say([plain(chatWords.hello(named.name))], ...explained);
  const here = [...chat.screen.people.values()].filter(({ online }) => online);
  chat.display.print(peopleLines(here, chat.layout.now, chat.layout.width));
}

function tellUnreadElsewhere(chat: Controls): void {
  const { screen } = chat;
  const others = [...screen.conversations.values()].filter(
    ({ id, unread, muted }) => unread > 0 && !muted && id !== screen.current,
  );
  const counts = others.map((conversation) => chatWords.unreadIn(conversation.unread, titleOf(conversation)));
  if (counts.length > 0) chat.say([styled(chatWords.unread(counts), "strong")]);
}
