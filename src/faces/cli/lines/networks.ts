/** Networks as lines: how each is, and which kinds can be connected too. */
import type { Answer } from "../../../api/methods.ts";
import type { Conversation, Network } from "../../model/records.ts";
import { plain, styled, type Spans } from "../../model/spans.ts";
import { verbWords } from "../../model/verb-words.ts";
import { emptyWords, healthWords, networkWords, secrecyWords } from "../../model/words.ts";
import { paragraph, tableLines } from "../output.ts";
import { whereabouts } from "./rooms.ts";

interface Around {
  readonly now: number;
  readonly width: number | undefined;
  /** Where a network with rooms is shown with those that one is in. */
  readonly conversations?: readonly Conversation[];
}

export function networkListLines(
  { networks, kinds }: Answer<"networks.list">,
  around: Around,
): readonly Spans[] {
  const { width } = around;
  const here = networkLines(networks, around);
  const others = kinds.filter(({ kind }) => !networks.some((network) => network.kind === kind));
  return [
    ...(here.length === 0 ? paragraph([plain(emptyWords.networks)], width) : here),
    ...(others.length === 0 ? [] : [[plain("")], [styled(verbWords.connectable, "dim")]]),
    ...tableLines(
      others.map(({ kind, what }) => [plain(`  ${kind}`), plain(what)]),
      width,
    ),
  ];
}

export function networkLines(
  networks: readonly Network[],
  { now, width, conversations = [] }: Around,
): readonly Spans[] {
  const rows = networks.map((network) => [
    styled(network.name, "strong"),
    styled(network.kind, "dim"),
    plain(verbWords.online(network.online)),
    styled(secrecyOf(network), "dim"),
    plain(`${healthWords[network.health].sign} ${networkWords(network, now)}`), // the only one that may be long
  ]);
  const lines = tableLines(rows, width);
  return networks.flatMap((network, at) => {
    const where = whereabouts(network, conversations);
    const line = lines[at] ?? [];
    return where === undefined ? [line] : [line, ...paragraph([styled(`  ${where}`, "dim")], width)];
  });
}

/** Nothing for a network that is only a name as yet: what it would encrypt is not known. */
function secrecyOf({ traits, why }: Network): string {
  const { sign, words } = secrecyWords[traits.secrecy];
  return why?.code === "not-built" ? "" : `${sign} ${words}`;
}
