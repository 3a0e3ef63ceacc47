/** Local times are written so that they can be read back. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { localTime } from "./local-time.ts";

test("a local time names the same moment as before", () => {
  const moment = fc.date({ min: new Date("1980-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(moment, (date) => {
      expect(localTime(date)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
      expect(Date.parse(localTime(date))).toBe(date.getTime());
    }),
  );
});
