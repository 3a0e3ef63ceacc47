/** The profile and its daemon as lines: the state at a glance, what doctor found, the configuration. */
import { harmlessJson } from "../../../base/harmless.ts";
import type { Check, Network, Setting, Status } from "../../model/records.ts";
import { plain, styled, type Span, type Spans, type Style } from "../../model/spans.ts";
import { ago } from "../../model/time.ts";
import { verbWords } from "../../model/verb-words.ts";
import { healthWords, networkWords } from "../../model/words.ts";
import { paragraph, tableLines } from "../output.ts";

export function statusLines(status: Status, now: number, width: number | undefined): readonly Spans[] {
  const { profile, people, networks, api } = status;
  const say = verbWords.status;
  const rows: (readonly Span[])[] = [
    row(say.you, say.youAre(profile.name, profile.availability)),
    row(say.people, say.peopleAre(people.online, people.known)),
    row(say.messages, say.messagesAre(status.unread, status.waiting)),
    ...networks.map((network) => row(network.name, networkState(network, now))),
    row(say.profile, say.profileIs(profile.home, profile.encrypted)),
    row(say.daemon, say.daemonIs(status.version, status.pid, ago(status.startedAt, now))),
    row(say.api, [api.socket, ...(api.http === undefined ? [] : [api.http])].join(", ")),
  ];
  return tableLines(rows, width);
}

function row(what: string, how: string): readonly Span[] {
  return [styled(what, "dim"), plain(how)];
}

function networkState(network: Network, now: number): string {
  const { sign } = healthWords[network.health];
  return `${sign} ${networkWords(network, now)}, ${verbWords.online(network.online)}`;
}

const checkStyles: Readonly<Record<Check["state"], { readonly sign: string; readonly style: Style }>> = {
  good: { sign: "✓", style: "good" },
  warning: { sign: "!", style: "warning" },
  bad: { sign: "✗", style: "bad" },
};

export function doctorLines(checks: readonly Check[], width: number | undefined): readonly Spans[] {
  return checks.flatMap(({ state, says, mend }) => {
    const { sign, style } = checkStyles[state];
    const [first = [], ...further] = paragraph([plain(says)], width === undefined ? undefined : width - 2);
    const found = [[styled(`${sign} `, style), ...first], ...further.map((line) => [plain("  "), ...line])];
    return mend === undefined ? found : [...found, ...paragraph([plain(`  → ${mend}`)], width)];
  });
}

export function configLines(settings: readonly Setting[], width: number | undefined): readonly Spans[] {
  const rows = settings.map(({ key, value, from }) => [
    plain(key),
    styled(from, "dim"),
    plain(value === undefined ? "" : harmlessJson(value)),
  ]);
  return tableLines(rows, width);
}
