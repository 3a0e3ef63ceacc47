/** `kith network …`: the networks of the profile. */
import { chatWords } from "../../model/chat-words.ts";
import { verbWords } from "../../model/verb-words.ts";
import type { NetworkSet } from "../../../api/records.ts";
import { plain } from "../../model/spans.ts";
import type { Context, Said } from "../context.ts";
import { networkLines, networkListLines } from "../lines/networks.ts";
import { existingName, newNetworkName } from "../places.ts";
import { settingsFrom, textOption, UsageError } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

export async function list(context: Context): Promise<Said> {
  const client = await context.attach();
  const answer = await client.call("networks.list", {});
  const { conversations } = await client.call("conversations.list", {});
  const around = { now: context.around.now(), width: context.out.width, conversations };
  return { json: answer, lines: networkListLines(answer, around) };
}

export async function connect(context: Context, input: VerbInput): Promise<Said> {
  const [kind = "", ...pairs] = input.args;
  const name = textOption(input, "as");
  const settings = settingsFrom(pairs);
  const client = await context.attach();
  const network = await client.call("networks.connect", {
    kind,
    settings,
    ...(name === undefined ? {} : { name: newNetworkName(name) }),
  });
  return set(network, context);
}

export async function configure(context: Context, { args: [name = "", ...pairs] }: VerbInput): Promise<Said> {
  const settings = settingsFrom(pairs);
  const client = await context.attach();
  const network = await client.call("networks.configure", { name: existingName(name), settings });
  return set(network, context);
}

function set(network: NetworkSet, { around, out }: Context): Said {
  const overridden = network.overridden.map(({ key, from }) => [plain(verbWords.overridden(key, from))]);
  return {
    json: network,
    lines: [...networkLines([network], { now: around.now(), width: out.width }), ...overridden],
  };
}

export async function disconnect(context: Context, { args: [name = ""], options }: VerbInput): Promise<Said> {
  const forget = options["forget"] === true;
  const agreed = !forget || options["yes"] === true || (await context.askYes(verbWords.forgetQuestion(name)));
  if (agreed === undefined) throw new UsageError(verbWords.needsYes);
  if (!agreed) return { json: { done: false }, lines: [verbWords.nothingChanged], exitCode: 1 };
  const client = await context.attach();
  const answer = await client.call("networks.disconnect", { name: existingName(name), forget });
  return { json: answer, lines: [forget ? verbWords.forgotten(name) : chatWords.disconnected(name)] };
}
