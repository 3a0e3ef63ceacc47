/** Asks a daemon: calls typed by the table of methods, and events from a cursor on. Needs no zod when it runs. */
import { JSONRPCClient, JSONRPCErrorException } from "json-rpc-2.0";
import type { JSONRPCResponse } from "json-rpc-2.0";
import { utf8Length } from "../base/bytes.ts";
import { KithError, problemOf } from "../base/errors.ts";
import type { Wire, WireListener } from "./channel.ts";
import type { Answer, MethodName, Params } from "./methods.ts";
import type { Event } from "./records.ts";
import { fromWireError, requestBytesMax } from "./wire.ts";

/** What leaves room for the method's name and the number around it. */
const paramsBytesMax = requestBytesMax - 1_024;

/** What a client that follows is told: what happened, and the cursor behind it. */
export interface News {
  readonly cursor: string;
  readonly events: readonly Event[];
  /** Something was missed, since this client read too slowly: everything must be read again. */
  readonly resync: boolean;
}

export class Client implements WireListener {
  readonly #rpc: JSONRPCClient;
  readonly #wire: Wire;
  readonly #ended = Promise.withResolvers<undefined>();
  #open = true;
  #told: ((news: News) => void) | undefined;

  /** `connect` gives the wire that tells `listener`. */
  constructor(connect: (listener: WireListener) => Wire) {
    this.#rpc = new JSONRPCClient((request: unknown) => {
      this.#wire.send(JSON.stringify(request));
    });
    this.#wire = connect(this);
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<undefined> {
    return this.#ended.promise;
  }

  /** Rejects with a KithError: the daemon's own, or `daemon-lost` when the connection ends before the answer. */
  async call<Name extends MethodName>(method: Name, params: Params<Name>): Promise<Answer<Name>> {
    const size = utf8Length(JSON.stringify(params));
    if (size > paramsBytesMax) throw new KithError("request-too-long", { size, limit: paramsBytesMax });
    if (!this.#open) throw new KithError("daemon-lost");
    try {
      return (await this.#rpc.request(method, params)) as Answer<Name>;
    } catch (error) {
      throw this.#translated(error);
    }
  }

  /** From now on `told` learns what happens, first of all what came after `since`. Once a connection. */
  follow(since: string | undefined, told: (news: News) => void): Promise<Answer<"events.follow">> {
    this.#told = told;
    return this.call("events.follow", since === undefined ? {} : { since });
  }

  close(): void {
    if (this.#open) this.#wire.close();
  }

  received(text: string): void {
    const message = JSON.parse(text) as Incoming;
    if ("method" in message) {
      const { cursor, events, resync = false } = message.params;
      this.#told?.({ cursor, events, resync });
    } else if (message.id === null)
      this.close(); // it could not read what we wrote: no answer would ever come
    else this.#rpc.receive(message);
  }

  ended(): void {
    this.#open = false;
    this.#rpc.rejectAllPendingRequests("ended");
    this.#ended.resolve(undefined);
  }

  #translated(error: unknown): KithError {
    if (!this.#open) return new KithError("daemon-lost", {}, error);
    return error instanceof JSONRPCErrorException
      ? fromWireError(error.message, error.data)
      : new KithError("internal", { problem: problemOf(error) }, error);
  }
}

/** The daemon is trusted to keep to the table of methods. */
type Incoming =
  | {
      readonly method: "event";
      readonly params: {
        readonly cursor: string;
        readonly events: readonly Event[];
        readonly resync?: boolean;
      };
    }
  | JSONRPCResponse;
