/** The lines of an exported history: one message each, with all that places it, judged again when they come back. */
import * as z from "zod";
import * as record from "../api/records.ts";
import type { ImportContact, ImportRecord } from "../core/commands.ts";
import type { Contact, Message } from "../core/model.ts";
import type { ConversationView, MessageView, Queries } from "../core/queries.ts";

/** What a file begins with. A higher version is refused: its lines may mean something else. */
export const header = { kith: "history", version: 1 } as const;

const headerLine = z.object({ kith: z.literal(header.kith), version: z.literal(header.version) });

const when = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const contact = z.object({
  identity: z.string().min(1).max(1_024),
  keyed: z.boolean(),
  name: z.string().max(1_024),
  secrecy: record.secrecy,
});
const room = z.string().min(1).max(1_024);
const line: z.ZodType<ImportRecord> = z.object({
  network: record.networkName,
  conversation: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("direct"), with: contact }),
    z.object({ kind: z.literal("room"), room }),
    z.object({ kind: z.literal("everyone") }),
  ]),
  author: contact.exactOptional(),
  message: z.object({
    id: record.messageId,
    mine: z.boolean(),
    sentAt: when,
    arrivedAt: when,
    body: record.body,
    secrecy: record.secrecy,
    replyTo: record.messageId.exactOptional(),
    editedAt: when.exactOptional(),
    deleted: z.boolean(),
  }),
});

export function isHeader(text: string): boolean {
  return headerLine.safeParse(parsed(text)).success;
}

/** Undefined for a line that is no message. */
export function toRecord(text: string): ImportRecord | undefined {
  const result = line.safeParse(parsed(text));
  return result.success ? result.data : undefined;
}

/** Undefined where nobody can be named with whom the conversation was. */
export function recordOf(
  { conversation }: ConversationView,
  { message }: MessageView,
  queries: Queries,
): ImportRecord | undefined {
  const contactOf = (id: Contact["id"]): ImportContact | undefined => {
    const found = queries.person(queries.personOf(id).id)?.contacts.find((known) => known.id === id);
    return found === undefined ? undefined : shortened(found);
  };
  const partner = conversation.members[0] ?? lastAuthor(conversation.person, queries);
  const place = placeOf(conversation, partner === undefined ? undefined : contactOf(partner.contact));
  const author = message.author === undefined ? undefined : contactOf(message.author);
  if (place === undefined) return undefined;
  return {
    network: conversation.network,
    conversation: place,
    ...(author !== undefined && { author }),
    message: ownPart(message),
  };
}

/** Without the numbers and reactions that are this profile's own. */
function ownPart({
  id,
  mine,
  sentAt,
  arrivedAt,
  body,
  secrecy,
  deleted,
  ...more
}: Message): ImportRecord["message"] {
  const { replyTo, editedAt } = more;
  return {
    ...{ id, mine, sentAt, arrivedAt, body, secrecy, deleted },
    ...(replyTo !== undefined && { replyTo }),
    ...(editedAt !== undefined && { editedAt }),
  };
}

type View = ConversationView["conversation"];

function placeOf(
  conversation: View,
  partner: ImportContact | undefined,
): ImportRecord["conversation"] | undefined {
  switch (conversation.kind) {
    case "direct":
      return partner === undefined ? undefined : { kind: "direct", with: partner };
    case "room":
      return conversation.room === undefined ? undefined : { kind: "room", room: conversation.room };
    case "everyone":
      return { kind: "everyone" };
  }
}

/** A direct conversation that has ended has no members; the person's first contact stands for it. */
function lastAuthor(
  person: View["person"],
  queries: Queries,
): { readonly contact: Contact["id"] } | undefined {
  const found = person === undefined ? undefined : queries.person(person)?.contacts[0];
  return found === undefined ? undefined : { contact: found.id };
}

function shortened({ identity, keyed, name, secrecy }: Contact): ImportContact {
  return { identity, keyed, name, secrecy };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // translated: a line of a file is judged, not trusted
  }
}
