/** The prompt: to whom what is typed goes, and who could read it, as a sign and words. */
import { harmlessLine } from "../../../base/harmless.ts";
import { truncate } from "../../../base/width.ts";
import { chatWords } from "../../model/chat-words.ts";
import { nameSpan } from "../../model/lines.ts";
import type { Conversation } from "../../model/records.ts";
import { roomWords } from "../../model/room-words.ts";
import { currentConversation, type Screen } from "../../model/screen.ts";
import { plain, styled, type Span, type Spans } from "../../model/spans.ts";
import { secrecyWords, titleOf } from "../../model/words.ts";

/** A name must leave room for what is typed. */
const nameCellsMax = 20;
/** A prompt with words needs so much room. */
const wordsFrom = 60;

export function promptOf(screen: Screen, isConnected: boolean, width: number): Spans {
  if (!isConnected) return [styled(chatWords.noDaemon, "bad"), plain("> ")];
  const availability = screen.profile?.availability ?? "available";
  const mood = availability === "available" ? [] : [styled(`(${availability}) `, "dim")];
  const conversation = currentConversation(screen);
  if (conversation === undefined) return [...mood, plain("> ")];
  const { sign, words } = secrecyWords[conversation.secrecy];
  const secrecy = width < wordsFrom ? ` ${sign}` : ` ${sign} ${words}`;
  const style = conversation.secrecy === "none" ? "warning" : "good";
  return [
    ...mood,
    plain("to "),
    partnerSpan(screen, conversation),
    ...standingSpans(conversation, width),
    styled(secrecy, style),
    plain("> "),
  ];
}

/** How many are in the room, me included; or why nothing can be said there. */
function standingSpans({ standing, members }: Conversation, width: number): Spans {
  if (standing === undefined) return [];
  if (standing === "out") return [styled(` ${roomWords.notJoined}`, "warning")];
  const count = styled(` (${members.length + 1})`, "dim");
  if (standing === "connected" || width < wordsFrom) return [count];
  return [count, styled(` ${members.length === 0 ? roomWords.alone : roomWords.nobodyLinked}`, "warning")];
}

function partnerSpan(screen: Screen, conversation: Conversation): Span {
  const person = conversation.person === undefined ? undefined : screen.people.get(conversation.person);
  const span =
    person === undefined ? styled(harmlessLine(titleOf(conversation)), "strong") : nameSpan(person);
  return { ...span, text: truncate(span.text, nameCellsMax) };
}
