/** Runs the driver contract on real sockets of the loopback interface. */
import { once } from "node:events";
import { connect } from "node:net";
import { Worker } from "node:worker_threads";
import { afterAll, beforeAll } from "vitest";
import { driverContract } from "./driver.ts";
import { loopbackWorld } from "./driver-loopback.ts";

/** A listener that never takes anything from its queue: once that is full, the system leaves dials unanswered. */
const neverAccepts = `
  const { parentPort } = require("node:worker_threads");
  const server = require("node:net").createServer();
  server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

let silentPort = 0;
const releases: (() => unknown)[] = [];

beforeAll(async () => {
  const worker = new Worker(neverAccepts, { eval: true });
  releases.push(() => worker.terminate());
  const told: readonly unknown[] = await once(worker, "message");
  silentPort = Number(told[0]);
  for (let i = 0; i < 4; i++) {
    const filler = connect(silentPort, "127.0.0.1").on("error", () => undefined);
    releases.push(() => filler.destroy());
  }
});

afterAll(async () => {
  await Promise.all(releases.map((release) => release()));
});

driverContract("real sockets", () => Promise.resolve(loopbackWorld({ host: "127.0.0.1", port: silentPort })));
