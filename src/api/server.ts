/** Answers JSON-RPC requests from any channel: checks them by the table, calls what answers, tells what happens. */
import { createJSONRPCErrorResponse, JSONRPCServer } from "json-rpc-2.0";
import type * as z from "zod";
import { KithError } from "../base/errors.ts";
import type { Channel } from "./channel.ts";
import { EventLog } from "./event-log.ts";
import { methods } from "./methods.ts";
import type { Answer, Checked, MethodName } from "./methods.ts";
import type { Cursor, Event } from "./records.ts";
import { toRequest } from "./request.ts";
import type { Id } from "./request.ts";
import { Session, toNotification } from "./session.ts";
import { toWireError } from "./wire.ts";

type Own = "events.follow";

/**
 * What each method does, its parameters checked. A KithError that it throws is told; anything else is our mistake.
 * `left` is aborted when the connection has ended: what takes long is given up then.
 */
export type Answers = {
  readonly [Name in Exclude<MethodName, Own>]: (
    params: Checked<Name>,
    left: AbortSignal,
  ) => Answer<Name> | Promise<Answer<Name>>;
};

export interface ApiServerOptions {
  readonly answers: Answers;
  /** See EventLog. */
  readonly run: string;
  /** The newest number of the history: see events.follow. */
  readonly changed: () => number;
  /** Told of every failure that is no KithError. */
  readonly failed: (method: string, error: unknown) => void;
}

export class ApiServer {
  readonly #rpc: JSONRPCServer<Session>;
  readonly #log: EventLog;
  readonly #changed: () => number;
  readonly #sessions = new Set<Session>();
  /** While the end is near. */
  #allLeft: PromiseWithResolvers<undefined> | undefined;

  constructor(options: ApiServerOptions) {
    this.#log = new EventLog(options.run);
    this.#changed = options.changed;
    this.#rpc = this.#table(options);
  }

  /** Behind the newest event. */
  get cursor(): Cursor {
    return this.#log.cursor;
  }

  /** A connection; the channel tells the session what it receives. */
  attach(channel: Channel): Session {
    const session = new Session(channel, {
      answer: (text, from) => this.#answer(text, from),
      cursor: () => this.#log.cursor,
      gone: (gone) => {
        this.#sessions.delete(gone);
        this.#noticeLeaving();
      },
    });
    this.#sessions.add(session);
    return session;
  }

  /** Remembers the events and tells everyone who follows. */
  publish(events: readonly Event[]): void {
    for (const portion of this.#log.append(events)) {
      const text = toNotification(portion);
      for (const session of this.#sessions) session.tell(text);
    }
  }

  /** Tells everyone who follows that the end is near. Resolves when all of them have left, which they need not do. */
  farewell(): Promise<undefined> {
    this.publish([{ kind: "stopping" }]);
    this.#allLeft = Promise.withResolvers();
    this.#noticeLeaving();
    return this.#allLeft.promise;
  }

  #noticeLeaving(): void {
    if (![...this.#sessions].some(({ isFollowing }) => isFollowing)) this.#allLeft?.resolve(undefined);
  }

  #table({ answers, failed }: ApiServerOptions): JSONRPCServer<Session> {
    // Without a listener of its own the library prints every error.
    const rpc = new JSONRPCServer<Session>({ errorListener: () => undefined });
    rpc.mapErrorToJSONRPCErrorResponse = (id, error: unknown) => errorResponse(id, told(error));
    rpc.handleMethodNotFound = ({ id, method }) =>
      Promise.resolve(
        id === undefined ? null : errorResponse(id, new KithError("no-such-method", { method })),
      );

    const all: AllAnswers = {
      ...answers,
      "events.follow": ({ since }, _, session) => this.#follow(session, since),
    };
    const add = <Name extends MethodName>(name: Name, table: Pick<AllAnswers, Name>): void => {
      rpc.addMethod(name, async (params: unknown, session) => {
        try {
          return await table[name](checked(name, params), session.left, session);
        } catch (error) {
          if (!(error instanceof KithError)) failed(name, error);
          throw error; // translated into an answer below
        }
      });
    };
    Object.keys(methods)
      .filter(isMethodName)
      .forEach((name) => add(name, all));
    return rpc;
  }

  #follow(session: Session, since: Cursor | undefined): Answer<"events.follow"> {
    const found = since === undefined ? { resync: false as const, missed: [] } : this.#log.since(since);
    session.follow(found.resync ? [] : found.missed);
    return { cursor: this.#log.cursor, resync: found.resync, changed: this.#changed() };
  }

  async #answer(text: string, session: Session): Promise<string | undefined> {
    const request = toRequest(text);
    if (!request.ok) return refusal(request.problem);
    const response = await this.#rpc.receive(request.value, session);
    return response === null ? undefined : JSON.stringify(response);
  }
}

type AllAnswers = {
  readonly [Name in MethodName]: (params: Checked<Name>, left: AbortSignal, session: Session) => unknown;
};

function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

function checked<Name extends MethodName>(name: Name, params: unknown): Checked<Name> {
  const result = methods[name].params.safeParse(params ?? {});
  if (!result.success) throw new KithError("bad-parameters", { problem: inWords(result.error) });
  return result.data as Checked<Name>;
}

/** The first of what is wrong, with the place where it stands. */
function inWords(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return "it does not fit the method";
  const place = issue.path.map(String).join(".");
  return place === "" ? issue.message : `${place}: ${issue.message}`;
}

function told(error: unknown): KithError {
  return error instanceof KithError ? error : new KithError("internal", { problem: "the method failed" });
}

/** The answer to what could not be read far enough to know its id. */
export function refusal(error: KithError): string {
  return JSON.stringify(errorResponse(null, error));
}

function errorResponse(id: Id, error: KithError): ReturnType<typeof createJSONRPCErrorResponse> {
  const { code, message, data } = toWireError(error);
  return createJSONRPCErrorResponse(id, code, message, data);
}
