/** What a face may rely on when it asks for the events since a cursor. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { EventLog, eventsKeptMax, eventsPerTextMax } from "./event-log.ts";
import type { Event } from "./records.ts";

function happenings(count: number, from = 0): Event[] {
  return Array.from({ length: count }, (_, i) => personChanged(from + i));
}

function personChanged(person: number): Event {
  return { kind: "person-changed", person: person as Extract<Event, { kind: "person-changed" }>["person"] };
}

test("nothing has happened since the newest cursor", () => {
  const log = new EventLog("a");
  log.append(happenings(3));
  expect(log.since(log.cursor)).toEqual({ resync: false, missed: [] });
});

test("a cursor of another run means reading again", () => {
  const [before, after] = [new EventLog("a"), new EventLog("b")];
  before.append(happenings(3));
  after.append(happenings(3));
  expect(after.since(before.cursor)).toEqual({ resync: true });
});

test("a cursor that has not been given out means reading again", () => {
  expect(new EventLog("a").since("a.1")).toEqual({ resync: true });
});

test("exactly as many events as are kept can be missed, one more means reading again", () => {
  const log = new EventLog("a");
  const cursor = log.cursor;
  log.append(happenings(eventsKeptMax));
  expect(eventsSince(log, cursor)).toEqual(happenings(eventsKeptMax));
  log.append(happenings(1));
  expect(log.since(cursor)).toEqual({ resync: true });
});

test("as many events as fit are told together, one more is told by itself, each portion with its own cursor", () => {
  const log = new EventLog("a");
  const cursor = log.cursor;
  const whole = happenings(eventsPerTextMax);
  expect(log.append(whole)).toEqual([{ cursor: `a.${eventsPerTextMax}`, events: whole }]);
  expect(log.append(happenings(eventsPerTextMax + 1)).map((portion) => portion.cursor)).toEqual([
    `a.${2 * eventsPerTextMax}`,
    `a.${2 * eventsPerTextMax + 1}`,
  ]);
  const since = log.since(cursor);
  const cursors = since.resync ? [] : since.missed.map((portion) => portion.cursor);
  expect(cursors).toEqual([1, 2, 2 + 1 / eventsPerTextMax].map((texts) => `a.${texts * eventsPerTextMax}`));
});

test("whatever was appended in whatever portions comes back once and in order", () => {
  const portions = fc.array(fc.integer({ min: 0, max: 4_000 }), { maxLength: 8 });
  fc.assert(
    fc.property(portions, fc.nat(), (sizes, seed) => {
      const log = new EventLog("a");
      const cursors = [log.cursor];
      let total = 0;
      for (const size of sizes) {
        log.append(happenings(size, total));
        total += size;
        cursors.push(log.cursor);
      }
      const cursor = cursors[seed % cursors.length] ?? "";
      const missed = total - Number(cursor.split(".")[1]);
      const expected = missed > eventsKeptMax ? "resync" : happenings(missed, total - missed);
      expect(eventsSince(log, cursor)).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

function eventsSince(log: EventLog, cursor: string): readonly Event[] | "resync" {
  const since = log.since(cursor);
  return since.resync ? "resync" : since.missed.flatMap(({ events }) => events);
}
