/** Who may connect: as many as the limits say, not one more, and another for each that leaves. */
import { expect, test } from "vitest";
import { Admission } from "./admission.ts";

const limits = { unsentMark: 1, unsentMax: 1, acceptedMax: 3, acceptedPerAddressMax: 2 };

test("at the limit all are let in, past it nobody", () => {
  const admission = new Admission(limits);
  expect(admission.enter("10.0.0.1")).toBe("admitted");
  expect(admission.enter("10.0.0.1")).toBe("admitted");
  expect(admission.enter("10.0.0.1")).toBe("accept.address-limit");
  expect(admission.enter("10.0.0.2")).toBe("admitted");
  expect(admission.enter("10.0.0.2")).toBe("accept.limit");
  admission.leave("10.0.0.1");
  expect(admission.enter("10.0.0.2")).toBe("admitted");
  expect(admission.enter("10.0.0.1")).toBe("accept.limit");
});

test("one who was not let in does not count, and cannot leave", () => {
  const admission = new Admission({ ...limits, acceptedMax: 0 });
  expect(admission.enter("10.0.0.1")).toBe("accept.limit");
  expect(() => admission.leave("10.0.0.1")).toThrow("only those leave who entered");
});

test("all addresses of one IPv6 network share their places", () => {
  const admission = new Admission(limits);
  expect(admission.enter("2001:db8::1")).toBe("admitted");
  expect(admission.enter("2001:db8::2")).toBe("admitted");
  expect(admission.enter("2001:db8::3")).toBe("accept.address-limit");
});
