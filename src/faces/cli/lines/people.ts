/** People as lines: in a list with what tells namesakes apart, and one with all that is known. */
import { present } from "../../../base/assert.ts";
import { nameSpan } from "../../model/lines.ts";
import type { Person } from "../../model/records.ts";
import { plain, styled, type Span, type Spans } from "../../model/spans.ts";
import { verbWords } from "../../model/verb-words.ts";
import { doubt, presenceWords, secrecyWords, trustWords } from "../../model/words.ts";
import { tableLines } from "../output.ts";

/** People with all that tells them apart. */
export function peopleLines(
  people: readonly Person[],
  now: number,
  width: number | undefined,
): readonly Spans[] {
  const rows = people.map((person): readonly Span[] => [
    styled(String(person.id), "dim"),
    nameSpan(person),
    styled(presenceWords(person, now), ...(person.online ? (["good"] as const) : (["dim"] as const))),
    trustSpan(person, people),
    plain(person.contacts.map((contact) => contact.network).join(", ")),
    styled(person.contacts.map((contact) => contact.fingerprint ?? contact.address ?? "").join(" "), "dim"),
  ]);
  return tableLines(rows, width);
}

function trustSpan(person: Person, people: Iterable<Person>): Span {
  const known = [...people].find(({ id }) => id === person.sharesNameWith);
  const { sign, words } = trustWords[person.trust];
  const short = doubt(person, known?.label) ?? words.split(":")[0] ?? words;
  const style = person.trust === "changed" ? "warning" : person.trust === "verified" ? "good" : "dim";
  return styled(`${sign} ${short}`, style);
}

/** All that is known about a person. */
export function whoisLines(person: Person, now: number, width: number | undefined): readonly Spans[] {
  const { sign, words } = trustWords[person.trust];
  const head: Spans = [nameSpan(person), plain(` (${person.id}), ${presenceWords(person, now)}`)];
  const contacts = person.contacts.map((contact) => [
    plain(`  ${contact.network}`),
    plain(contact.name === person.label ? "" : verbWords.as(contact.name)),
    styled(`${secrecyWords[contact.secrecy].sign} ${secrecyWords[contact.secrecy].words}`, "dim"),
    plain(contact.address ?? verbWords.noAddress),
    plain(verbWords.key(contact.fingerprint)),
  ]);
  return [head, [plain(`  ${sign} ${words}`)], ...tableLines(contacts, width)];
}

/** The keys of a person in groups, to be read out to each other. */
export function fingerprintsOf(person: Person): readonly string[] {
  return person.contacts
    .filter(({ keyed }) => keyed)
    .map((contact) => present(contact.fingerprint, "fingerprint of a key"));
}
