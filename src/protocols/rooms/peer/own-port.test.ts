/** One number for TCP and UDP, or none. */
import { beforeEach, expect, it } from "vitest";
import type { LinkTrouble, SocketName } from "../../machine.ts";
import type { RoomsEffect } from "./contract.ts";
import { choicesMax, datagramSocket, listener, OwnPort } from "./own-port.ts";

let effects: RoomsEffect[];
let isTold: boolean;
beforeEach(() => {
  effects = [];
  isTold = false;
});

function at(mono: number): { readonly mono: number; readonly wall: number } {
  return { mono, wall: mono };
}

function portOf(wanted: number): OwnPort {
  const port = new OwnPort(
    wanted,
    () => isTold,
    (effect) => effects.push(effect),
  );
  port.open("0.0.0.0");
  return port;
}

/** What was done to sockets, and with which number, since it was asked last. */
function done(): readonly string[] {
  return effects.splice(0).flatMap((effect) => {
    if (effect.kind === "listen") return [`listen ${effect.at.port}`];
    if (effect.kind === "bind") return [`bind ${effect.at.port}`];
    return effect.kind === "unlisten" || effect.kind === "unbind" ? [effect.kind] : [];
  });
}

function fail(port: OwnPort, name: SocketName, why: LinkTrouble = "in-use", mono = 0): void {
  port.failedToOpen(name, why, at(mono));
}

it("TCP first, then UDP on the same number; open when both are", () => {
  const port = portOf(0);
  expect(done()).toEqual(["listen 0"]);
  expect(port.opened(listener, 40_001)).toBe(false);
  expect([done(), port.port]).toEqual([["bind 40001"], undefined]);
  expect(port.opened(datagramSocket, 40_001)).toBe(true);
  expect(port.port).toBe(40_001);
});

it("a number that the system chose and UDP cannot have is given back, and another is chosen", () => {
  const port = portOf(0);
  port.opened(listener, 40_001);
  fail(port, datagramSocket);
  expect(done()).toEqual(["listen 0", "bind 40001", "unlisten", "listen 0"]);
  expect(port.failed).toBeUndefined();
});

it(`after ${choicesMax} numbers it has failed, and is tried again later`, () => {
  const port = portOf(0);
  for (let choice = 1; choice <= choicesMax; choice++) {
    expect(port.failed).toBeUndefined();
    port.opened(listener, 40_000 + choice);
    fail(port, datagramSocket);
  }
  expect(port.failed?.why).toEqual({
    code: "port-in-use",
    details: { what: "UDP", port: 40_000 + choicesMax, address: "0.0.0.0" },
  });
  done();
  port.wake(at(999));
  expect(done()).toEqual([]);
  port.wake(at(1_000));
  expect(done()).toEqual(["listen 0"]);
});

it("a number that was asked for is not changed: it has failed when one half has", () => {
  const port = portOf(5_001);
  port.opened(listener, 5_001);
  fail(port, datagramSocket);
  expect(done()).toEqual(["listen 5001", "bind 5001", "unlisten"]);
  expect(port.failed?.why.details).toMatchObject({ what: "UDP", port: 5_001 });
  port.wake(at(1_000));
  fail(port, listener, "forbidden", 1_000);
  expect(port.failed).toMatchObject({ why: { code: "forbidden", details: { what: "TCP" } }, retryAt: 3_000 });
});

it("the pauses grow up to a minute, and begin anew after a success", () => {
  const port = portOf(5_001);
  let mono = 0;
  for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
    fail(port, listener, "in-use", mono);
    expect((port.failed?.retryAt ?? 0) - mono).toBe(seconds * 1_000);
    mono = port.failed?.retryAt ?? 0;
    port.wake(at(mono));
  }
  port.opened(listener, 5_001);
  port.opened(datagramSocket, 5_001);
  fail(port, listener, "other", mono);
  expect((port.failed?.retryAt ?? 0) - mono).toBe(1_000);
});

it.each([listener, datagramSocket])("when %s is lost later the other half is given back too", (name) => {
  const port = portOf(5_001);
  port.opened(listener, 5_001);
  port.opened(datagramSocket, 5_001);
  done();
  fail(port, name);
  expect(done()).toEqual([name === listener ? "unbind" : "unlisten"]);
  expect(port.port).toBeUndefined();
});

it("a number that others were told is had again; one that nobody knows is not insisted on", () => {
  const port = portOf(0);
  port.opened(listener, 40_001);
  port.opened(datagramSocket, 40_001);
  isTold = true;
  fail(port, listener);
  done();
  port.wake(at(1_000));
  expect(done()).toEqual(["listen 40001"]);
  port.opened(listener, 40_001);
  fail(port, datagramSocket, "in-use", 1_000);
  expect(port.failed).toBeDefined();
  isTold = false;
  done();
  port.wake(at(60_000));
  expect(done()).toEqual(["listen 0"]);
});

it("another address means to close and open again, the same one nothing", () => {
  const port = portOf(5_001);
  port.opened(listener, 5_001);
  port.opened(datagramSocket, 5_001);
  done();
  port.open("0.0.0.0");
  expect(done()).toEqual([]);
  port.open("127.0.0.1");
  expect(done()).toEqual(["unlisten", "unbind", "listen 5001"]);
});

it("what is closed tells nothing of what comes late", () => {
  const port = portOf(5_001);
  port.close();
  expect(port.opened(listener, 5_001)).toBe(false);
  fail(port, listener);
  expect([port.failed, port.port, port.wakeAt]).toEqual([undefined, undefined, undefined]);
});
