/** The worker of the long queries: answers them on a read-only connection of its own, several side by side in steps. */
import { setImmediate } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { assert } from "../../base/assert.ts";
import { KithError } from "../../base/errors.ts";
import { Connection } from "./connection.ts";
import type { Opening } from "./connection.ts";
import type { WorkerAnswer, WorkerOrder } from "./long-queries.ts";
import { longSearch } from "./long-search.ts";

type Search = Exclude<WorkerOrder, { readonly kind: "cancel" }>;

class Searches {
  readonly #file: string;
  readonly #connection: Connection;
  readonly #running = new Set<number>();
  readonly #cancelled = new Set<number>();

  constructor({ file, passphrase }: Opening) {
    this.#file = file;
    this.#connection = Connection.open({ file, passphrase, readonly: true });
  }

  cancel(number: number): void {
    if (this.#running.has(number)) this.#cancelled.add(number);
  }

  async answer({ number, kind, query }: Search): Promise<WorkerAnswer> {
    this.#running.add(number);
    try {
      const search = longSearch(kind, this.#connection, query, this.#file);
      for (;;) {
        const step = search.next();
        if (step.done === true) return { number, found: step.value };
        await setImmediate(); // lets a cancellation in
        if (this.#cancelled.has(number)) return { number, found: [] };
      }
    } catch (error) {
      // Translated: errors cross to the other thread as plain values.
      if (error instanceof KithError) return { number, code: error.code, details: error.details };
      return { number, code: "internal", details: { problem: String(error) } };
    } finally {
      this.#running.delete(number);
      this.#cancelled.delete(number);
    }
  }
}

const port = parentPort;
assert(port !== null, "this file runs as a worker");
const searches = new Searches(workerData as Opening);

port.on("message", (order: WorkerOrder) => {
  if (order.kind === "cancel") searches.cancel(order.number);
  else void searches.answer(order).then((answer) => port.postMessage(answer));
});
