/** `kith tail`: every message that is new or changes, missing nothing across restarts. */
import { KithError } from "../../../base/errors.ts";
import { messageLines } from "../../model/lines.ts";
import { verbWords } from "../../model/verb-words.ts";
import type { Message } from "../../model/records.ts";
import type { Context } from "../context.ts";
import type { Client } from "../parts.ts";
import { told } from "../lines/messages.ts";
import { layoutOf, surroundingOf } from "../places.ts";
import { numberOption } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

const interrupted = 130;

export async function tail(context: Context, input: VerbInput): Promise<number> {
  const since = numberOption(input, "since");
  const client = await context.attach();
  const follower = new Follower(context, client, since);
  const end = Promise.withResolvers<"interrupted">();
  const stopListening = context.around.onInterrupt(() => {
    end.resolve("interrupted");
  });
  try {
    const outcome = await Promise.race([follower.run(), end.promise, context.out.gone]);
    if (follower.cursor !== undefined && !context.options.json) {
      context.around.stderr.write(`${verbWords.continueWith(follower.cursor)}\n`);
    }
    return outcome === "interrupted" ? interrupted : 0;
  } finally {
    stopListening();
  }
}

/** Reads by `changed`, a number that only grows; events only say that there is something to read. */
class Follower {
  readonly #context: Context;
  readonly #client: Client;
  /** All up to here has been printed; undefined until the daemon has said where it stands, when no beginning was given. */
  cursor: number | undefined;
  #woken = Promise.withResolvers<undefined>();

  constructor(context: Context, client: Client, since: number | undefined) {
    this.#context = context;
    this.#client = client;
    this.cursor = since;
  }

  /** Until the daemon ends, which is an error. */
  async run(): Promise<never> {
    const lost = this.#client.closed.then(() => "lost" as const);
    const { changed } = await this.#client.follow(undefined, () => {
      this.#woken.resolve(undefined);
    });
    this.cursor ??= changed;
    await this.#printAfter(this.cursor);
    for (;;) {
      if ((await Promise.race([this.#woken.promise, lost])) === "lost") {
        throw new KithError("daemon-lost");
      }
      this.#woken = Promise.withResolvers();
      await this.#printAfter(this.cursor);
    }
  }

  async #printAfter(cursor: number): Promise<void> {
    for (let after = cursor; ;) {
      const { messages, next } = await this.#client.call("messages.since", { after });
      if (messages.length === 0) return;
      await this.#print(messages);
      this.cursor = after = next;
    }
  }

  async #print(messages: readonly Message[]): Promise<void> {
    const { options, out } = this.#context;
    if (options.json) {
      for (const message of messages) out.json(message);
      return;
    }
    const around = await surroundingOf(this.#client);
    for (const message of messages) {
      for (const line of messageLines(told(message, around), layoutOf(this.#context))) out.line(line);
    }
  }
}
