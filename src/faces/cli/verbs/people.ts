/** `kith people …`: who is there, and what the user says about them. */
import { chatWords } from "../../model/chat-words.ts";
import { plain } from "../../model/spans.ts";
import { verbWords } from "../../model/verb-words.ts";
import { emptyWords } from "../../model/words.ts";
import type { Context, Said } from "../context.ts";
import { peopleLines, whoisLines } from "../lines/people.ts";
import { paragraph } from "../output.ts";
import type { VerbInput } from "../verb.ts";

export async function list(context: Context, { options }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("people.list", options["online"] === true ? { online: true } : {});
  const lines = peopleLines(answer.people, context.around.now(), context.out.width);
  return {
    json: answer,
    lines: lines.length === 0 ? paragraph([plain(emptyWords.people)], context.out.width) : lines,
  };
}

export async function rename(context: Context, { args: [who = "", name] }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const before = await context.person(client, who);
  const after = await client.call("people.rename", {
    who: before.id,
    ...(name === undefined ? {} : { name }),
  });
  return { json: after, lines: [chatWords.renamed(before.label, after.label)] };
}

export async function join(context: Context, { args: [into = "", from = ""] }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const kept = await context.person(client, into);
  const gone = await context.person(client, from);
  const person = await client.call("people.join", { into: kept.id, from: gone.id });
  return { json: person, lines: [chatWords.joined(gone.label, person.label)] };
}

export async function verify(context: Context, { args: [who = ""], options }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const { id } = await context.person(client, who);
  const person = await client.call("people.verify", { who: id, verified: options["undo"] !== true });
  return { json: person, lines: whoisLines(person, context.around.now(), context.out.width) };
}

export async function allowPlain(context: Context, { args: [who = ""], options }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const { id } = await context.person(client, who);
  const person = await client.call("people.allowPlain", { who: id, allowed: options["undo"] !== true });
  return { json: person, lines: [verbWords.mayGoPlain(person.label, person.plainAllowed)] };
}
