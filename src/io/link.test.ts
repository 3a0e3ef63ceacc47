/** What is written to a link goes to the system all together, or each write by itself. */
import { Socket } from "node:net";
import { expect, test, vi } from "vitest";
import type { DriveLimits } from "../protocols/machine.ts";
import { Link } from "./link.ts";

const limits: DriveLimits = { unsentMark: 1e6, unsentMax: 1e6, acceptedMax: 1, acceptedPerAddressMax: 1 };
const nothing = (): void => undefined;
const unflushed = vi.fn<(link: Link) => void>();

/** A link that is up, and what its socket was given to write. */
function linkWith(more: Partial<DriveLimits>): {
  readonly link: Link;
  readonly written: () => readonly string[];
} {
  const socket = new Socket();
  const write = vi.spyOn(socket, "write").mockReturnValue(true);
  const hooks = { tell: nothing, received: nothing, sent: nothing, closed: nothing, unflushed };
  const link = new Link(1, socket, { ...limits, ...more }, hooks);
  link.up("door", { host: "127.0.0.1", port: 1 });
  return { link, written: () => write.mock.calls.map(([bytes]) => String(bytes)) };
}

test("the writes of one turn go out together when it is over", () => {
  const { link, written } = linkWith({});
  for (const text of ["one", "two"]) link.write(Buffer.from(text));
  expect(written()).toEqual([]);
  expect(unflushed).toHaveBeenCalledExactlyOnceWith(link);
  link.flush();
  expect(written()).toEqual(["onetwo"]);
});

test("on a wire of one read for one message each write goes out by itself and at once: a busy turn glues none", () => {
  unflushed.mockClear();
  const { link, written } = linkWith({ writesApart: true });
  link.write(Buffer.from("one"));
  expect(written()).toEqual(["one"]);
  link.write(Buffer.from("two"));
  expect(written()).toEqual(["one", "two"]);
  expect(unflushed).not.toHaveBeenCalled();
});
