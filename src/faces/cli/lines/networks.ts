/** Networks as lines: how each is, and which kinds can be connected too. */
import type { Network } from "../../model/records.ts";
import { plain, styled, type Spans } from "../../model/spans.ts";
import { verbWords } from "../../model/verb-words.ts";
import { emptyWords, healthWords, networkWords, secrecyWords } from "../../model/words.ts";
import { paragraph, tableLines } from "../output.ts";

export function networkListLines(
  networks: readonly Network[],
  kinds: readonly { readonly kind: string; readonly what: string }[],
  now: number,
  width: number | undefined,
): readonly Spans[] {
  const here = networkLines(networks, now, width);
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
  now: number,
  width: number | undefined,
): readonly Spans[] {
  const rows = networks.map((network) => [
    styled(network.name, "strong"),
    styled(network.kind, "dim"),
    plain(`${healthWords[network.health].sign} ${networkWords(network, now)}`),
    plain(verbWords.online(network.online)),
    styled(secrecyOf(network), "dim"),
  ]);
  return tableLines(rows, width);
}

/** Nothing for a network that is only a name as yet: what it would encrypt is not known. */
function secrecyOf({ traits, why }: Network): string {
  const { sign, words } = secrecyWords[traits.secrecy];
  return why?.code === "not-built" ? "" : `${sign} ${words}`;
}
