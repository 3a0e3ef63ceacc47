/** The long queries beside the loop: a worker that starts with the first of them and ends when none has come for long. */
import { Worker } from "node:worker_threads";
import { KithError } from "../../base/errors.ts";
import type { ErrorCode, ErrorDetails } from "../../base/errors.ts";
import type { Message } from "../../core/model.ts";
import type { LongQueries, SearchQuery } from "../../core/ports/store.ts";
import type { Opening } from "./connection.ts";
import type { LongSearchKind } from "./long-search.ts";

export type WorkerOrder =
  | { readonly kind: LongSearchKind; readonly number: number; readonly query: SearchQuery }
  | { readonly kind: "cancel"; readonly number: number };

export type WorkerAnswer =
  | { readonly number: number; readonly found: readonly Message[] }
  | { readonly number: number; readonly code: ErrorCode; readonly details: ErrorDetails };

export interface LongQueriesOptions {
  readonly file: string;
  readonly passphrase?: string;
  /** How long a worker without work lives. */
  readonly idleMs?: number;
}

/** Queries that run at a time: each takes the disk and the processor from the others. */
export const longQueriesMax = 8;
const idleMsUsual = 60_000;

/** Beside this file as it was written, and beside the bundle that this file has become a part of. */
const workerFile = import.meta.url.endsWith(".ts") ? "./long-query.worker.ts" : "./long-query.worker.js";

interface Waiting {
  readonly resolve: (found: readonly Message[]) => void;
  readonly reject: (error: unknown) => void;
  readonly forget: () => void;
}

export class SqliteLongQueries implements LongQueries {
  readonly #options: LongQueriesOptions;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #last = 0;
  #closed = false;

  constructor(options: LongQueriesOptions) {
    this.#options = options;
  }

  contains(query: SearchQuery, signal: AbortSignal): Promise<readonly Message[]> {
    return this.#ask("contains", query, signal);
  }

  ranked(query: SearchQuery, signal: AbortSignal): Promise<readonly Message[]> {
    return this.#ask("ranked", query, signal);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#end(new KithError("store-failed", { problem: "the history is being closed" }));
  }

  #ask(kind: LongSearchKind, query: SearchQuery, signal: AbortSignal): Promise<readonly Message[]> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.#closed) throw new KithError("store-failed", { problem: "the history is closed" });
      if (this.#waiting.size >= longQueriesMax) throw new KithError("search-busy", { count: longQueriesMax });
      const number = ++this.#last;
      const worker = this.#started();
      const giveUp = (): void => {
        worker.postMessage({ kind: "cancel", number } satisfies WorkerOrder);
        this.#settle(number)?.reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      this.#waiting.set(number, {
        resolve,
        reject,
        forget: () => signal.removeEventListener("abort", giveUp),
      });
      worker.ref();
      worker.postMessage({ kind, number, query } satisfies WorkerOrder);
    });
  }

  #started(): Worker {
    clearTimeout(this.#idle);
    if (this.#worker !== undefined) return this.#worker;
    const { file, passphrase } = this.#options;
    const workerData: Opening = { file, passphrase };
    const worker = new Worker(new URL(workerFile, import.meta.url), { workerData });
    worker.on("message", (answer: WorkerAnswer) => this.#take(answer));
    worker.on("error", (error: Error) => void this.#lose(worker, error));
    this.#worker = worker;
    return worker;
  }

  #take(answer: WorkerAnswer): void {
    const waiting = this.#settle(answer.number);
    if ("found" in answer) waiting?.resolve(answer.found);
    else waiting?.reject(new KithError(answer.code, answer.details));
  }

  /** Takes the query out of those that wait; undefined when it was given up before. */
  #settle(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    waiting?.forget();
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) this.#sleepSoon();
    return waiting;
  }

  #sleepSoon(): void {
    clearTimeout(this.#idle);
    this.#worker?.unref(); // without work it keeps no process alive that wants to end
    const nobody = new KithError("store-failed", { problem: "the search was ended" });
    this.#idle = setTimeout(() => void this.#end(nobody), this.#options.idleMs ?? idleMsUsual);
    this.#idle.unref();
  }

  /** The next query starts another worker. */
  async #lose(worker: Worker, error: Error): Promise<void> {
    if (this.#worker !== worker) return;
    await this.#end(new KithError("store-failed", { problem: error.message }, error));
  }

  async #end(reason: unknown): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    for (const number of [...this.#waiting.keys()]) this.#settle(number)?.reject(reason);
    clearTimeout(this.#idle);
    await worker?.terminate();
  }
}
