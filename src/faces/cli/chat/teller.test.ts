/** What is told of people who come and of messages on their way, and how much of it. */
import { expect, test } from "vitest";
import type { ConversationId, PersonId } from "../../../base/ids.ts";
import { clockOf } from "../../model/time.ts";
import { textOf, type Spans } from "../../model/spans.ts";
import type { Delivery, Message, Person } from "../../model/records.ts";
import { emptyScreen, type Screen } from "../../model/screen.ts";
import { conversationRecord, messageRecord, personRecord, startOfTests } from "../testing/records.ts";
import { testProcess } from "../testing/surroundings.ts";
import { namedAtOnceMax, ringEveryMs, Teller, watchedMax } from "./teller.ts";

const ece = personRecord(1 as PersonId, "Ece", {});
const conversation = conversationRecord(1 as ConversationId, ece);

function told(width = 400) {
  const lines: string[] = [];
  const display = {
    width,
    print: (printed: readonly Spans[]) => {
      lines.push(...printed.map(textOf));
    },
    replace: () => false,
    ring: () => {
      lines.push("(bell)");
    },
  };
  let now = startOfTests;
  const around = { ...testProcess().around, now: () => now };
  const context = { clock: clockOf({ locale: "en-GB", zone: "UTC" }), around };
  const screen = { ...emptyScreen, conversations: new Map([[conversation.id, conversation]]) };
  const pass = (ms: number): void => {
    now += ms;
  };
  return { lines, pass, teller: new Teller(context, display, () => screen) };
}

function mine(arrived: number, delivery: Partial<Delivery>): Message {
  const recipients = ece.contacts.map(({ id }) => ({ recipient: id, label: ece.label }));
  return {
    ...messageRecord(arrived, conversation, startOfTests),
    mine: true,
    body: { kind: "text", text: `text ${arrived}` },
    deliveries: recipients.map((recipient) => ({
      ...recipient,
      ...{ state: "queued", heldBy: 0, attempts: 1, at: startOfTests },
      ...delivery,
    })),
  };
}

function withPeople(count: number): Screen {
  const people = Array.from({ length: count }, (_, at): [number, Person] => [
    at + 1,
    personRecord((at + 1) as PersonId, `person ${at + 1}`, {}),
  ]);
  return { ...emptyScreen, people: new Map(people) };
}

test.each([
  [namedAtOnceMax, ""],
  [namedAtOnceMax + 1, " and 1 more"],
])("of %i people who come at once so many are named as a line holds%s", (count, more) => {
  const { lines, teller } = told();
  teller.changed(emptyScreen, withPeople(count));
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain(`person ${namedAtOnceMax}${more} are online`);
});

test.each([
  [watchedMax, 1],
  [watchedMax + 1, 0],
])("of %i own messages on their way the oldest is told of %i times when it arrives", (count, times) => {
  const { lines, teller } = told();
  for (let at = 1; at <= count; at++) teller.message(mine(at, { why: { code: "offline" } }), true);
  teller.message(mine(1, { state: "delivered" }), false);
  expect(lines.filter((line) => line === "✓✓ Ece has “text 1” now.")).toHaveLength(times);
});

test("a message that had to wait tells of its arrival also when it was tried again in between", () => {
  const { lines, teller } = told();
  teller.message(mine(1, { why: { code: "refused" } }), true);
  teller.message(mine(1, { state: "sending" }), false);
  teller.message(mine(1, { state: "delivered" }), false);
  expect(lines.at(-1)).toBe("✓✓ Ece has “text 1” now.");
});

test("a message to a room that had to wait is said to have gone out, never to have arrived", () => {
  const { lines, teller } = told();
  const toRoom = (delivery: Partial<Delivery>): Message => {
    const waiting = { label: "lobby", state: "queued", heldBy: 0, attempts: 1, at: startOfTests } as const;
    return { ...mine(1, {}), deliveries: [{ ...waiting, ...delivery }] };
  };
  teller.message(toRoom({ why: { code: "no-link" } }), true);
  teller.message(toRoom({ state: "sent" }), false);
  expect(lines.at(-1)).toBe("✓ “text 1” has gone out to #lobby now.");
  expect(lines.join()).not.toContain("✓✓");
});

test.each([
  [ringEveryMs - 1, 1],
  [ringEveryMs, 2],
  [-ringEveryMs, 2],
])("two pokes %i ms apart ring %i times", (apart, times) => {
  const { lines, pass, teller } = told();
  const poke = {
    ...messageRecord(1, conversation, startOfTests),
    mine: false,
    body: { kind: "poke" },
  } as const;
  teller.message(poke, true);
  pass(apart);
  teller.message({ ...poke, arrived: 2 }, true);
  expect(lines.filter((line) => line === "(bell)")).toHaveLength(times);
});

test("a message that arrives at once tells nothing further down", () => {
  const { lines, teller } = told();
  teller.message(mine(1, {}), true);
  const before = lines.length;
  teller.message(mine(1, { state: "delivered" }), false);
  expect(lines).toHaveLength(before);
});
