/** `kith status`, `doctor`, `config`, `nick`, `presence`, `stop`: the profile and its daemon. */
import { chatWords } from "../../model/chat-words.ts";
import { verbWords } from "../../model/verb-words.ts";
import type { Context, Said } from "../context.ts";
import { configLines, doctorLines, statusLines } from "../lines/profile.ts";
import { chosen } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

export async function status(context: Context): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("system.status", {});
  return { json: answer, lines: statusLines(answer, context.around.now(), context.out.width) };
}

export async function doctor(context: Context): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("system.doctor", {});
  const isBad = answer.checks.some(({ state }) => state === "bad");
  return { json: answer, lines: doctorLines(answer.checks, context.out.width), exitCode: isBad ? 1 : 0 };
}

export async function config(context: Context): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("settings.get", {});
  return { json: answer, lines: configLines(answer.settings, context.out.width) };
}

export async function nick(context: Context, { args: [name] }: VerbInput): Promise<Said> {
  const client = await context.attach();
  const profile =
    name === undefined
      ? (await client.call("system.status", {})).profile
      : await client.call("profile.set", { name });
  return { json: profile, lines: [profile.name] };
}

export async function presence(context: Context, { args: [wanted = ""] }: VerbInput): Promise<Said> {
  const availability = chosen(wanted, "presence", ["available", "busy", "away"]);
  const client = await context.attach();
  const profile = await client.call("profile.set", { availability });
  return { json: profile, lines: [chatWords.seenAs(profile.availability)] };
}

/** Nothing to stop is as good as stopped. */
export async function stop(context: Context): Promise<Said> {
  const client = await context.connect();
  if (client === undefined) return { json: { done: true }, lines: [verbWords.noDaemonToStop] };
  const answer = await client.call("system.stop", {});
  await client.closed;
  return { json: answer, lines: [verbWords.stopped] };
}
