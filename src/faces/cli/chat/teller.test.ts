/** What is told of people who come and of messages on their way, and how much of it. */
import { expect, test } from "vitest";
import type { ConversationId, PersonId } from "../../../base/ids.ts";
import { clockOf } from "../../model/time.ts";
import { textOf, type Spans } from "../../model/spans.ts";
import type { Delivery, Message, Person } from "../../model/records.ts";
import { emptyScreen, type Screen } from "../../model/screen.ts";
import { conversationRecord, messageRecord, personRecord, startOfTests } from "../testing/records.ts";
import { testProcess } from "../testing/surroundings.ts";
import { namedAtOnceMax, Teller, watchedMax } from "./teller.ts";

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
  };
  const context = { clock: clockOf({ locale: "en-GB", zone: "UTC" }), around: testProcess().around };
  const screen = { ...emptyScreen, conversations: new Map([[conversation.id, conversation]]) };
  return { lines, teller: new Teller(context, display, () => screen) };
}

function mine(arrived: number, delivery: Partial<Delivery>): Message {
  const { id } = ece.contacts[0] ?? { id: 0 };
  return {
    ...messageRecord(arrived, conversation, startOfTests),
    mine: true,
    body: { kind: "text", text: `text ${arrived}` },
    deliveries: [
      ...[{ recipient: id as Delivery["recipient"], label: "Ece", state: "queued" as const, heldBy: 0 }].map(
        (record) => ({ ...record, attempts: 1, at: startOfTests, ...delivery }),
      ),
    ],
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

test("a message that arrives at once tells nothing further down", () => {
  const { lines, teller } = told();
  teller.message(mine(1, {}), true);
  const before = lines.length;
  teller.message(mine(1, { state: "delivered" }), false);
  expect(lines).toHaveLength(before);
});
