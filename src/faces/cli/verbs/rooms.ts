/** `kith rooms …`: the rooms of a server, who is in them, and a nudge. What cannot be is refused by the daemon. */
import { roomWritten } from "../../model/naming.ts";
import { roomWords } from "../../model/room-words.ts";
import type { Context, Said } from "../context.ts";
import { enteredLines, memberLines, roomListLines, userLine } from "../lines/rooms.ts";
import { networkOption } from "../places.ts";
import type { VerbInput } from "../verb.ts";

export async function list(context: Context, input: VerbInput): Promise<Said> {
  const where = networkOption(input);
  const client = await context.attach();
  const answer = await client.call("rooms.list", where);
  return { json: answer, lines: roomListLines(answer, context.out.width) };
}

export async function join(context: Context, input: VerbInput): Promise<Said> {
  const [written] = input.args;
  const where = networkOption(input);
  const client = await context.attach();
  const answer = await client.call("rooms.join", {
    ...where,
    ...(written === undefined ? {} : { room: roomWritten(written) }),
  });
  return { json: answer, lines: enteredLines(answer, context.out.width) };
}

export async function leave(context: Context, input: VerbInput): Promise<Said> {
  const where = networkOption(input);
  const client = await context.attach();
  const answer = await client.call("rooms.leave", where);
  return { json: answer, lines: [roomWords.left] };
}

export async function members(context: Context, input: VerbInput): Promise<Said> {
  const where = networkOption(input);
  const client = await context.attach();
  const answer = await client.call("rooms.members", where);
  return { json: answer, lines: memberLines(answer, context.around.now(), context.out.width) };
}

export async function poke(context: Context, input: VerbInput): Promise<Said> {
  const [who] = input.args;
  const where = networkOption(input);
  const client = await context.attach();
  const answer = await client.call("rooms.poke", { ...where, ...(who === undefined ? {} : { who }) });
  return { json: answer, lines: who === undefined ? [] : [roomWords.poked(who)] };
}

export async function user(context: Context, input: VerbInput): Promise<Said> {
  const [name] = input.args;
  const where = networkOption(input);
  const client = await context.attach();
  const answer = await client.call("rooms.user", { ...where, ...(name === undefined ? {} : { name }) });
  return { json: answer, lines: [userLine(answer)] };
}
