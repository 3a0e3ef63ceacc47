/** Stands where a network should be that could not be built: down, with the reason, until it is set anew or disconnected. */
import { KithError, problemOf } from "../base/errors.ts";
import type { NetworkName } from "../base/ids.ts";
import { textBytesMax } from "../core/messages/deeds.ts";
import type { Why } from "../core/model.ts";
import type { Network, NetworkEvent, NetworkReport, NetworkTraits } from "../core/ports/network.ts";

/** What a network that is not there can do. Nothing is sent by it, so nothing is promised, and nothing refused either. */
const traits: NetworkTraits = {
  secrecy: "none",
  keepsForAbsent: false,
  textBytesMax,
  asciiOnly: false,
  receipts: false,
  idsOnWire: true, // what stands as being sent was not lost by this network: it waits for the one to come
  carries: ["text", "action"],
  conversations: ["direct", "room", "everyone"],
  wholeRoom: false,
};

export class FailedNetwork implements Network {
  readonly name: NetworkName;
  readonly kind: string;
  readonly traits = traits;
  readonly #why: Why;

  constructor(name: NetworkName, kind: string, error: unknown) {
    this.name = name;
    this.kind = kind;
    this.#why = whyOf(error);
  }

  start(report: (event: NetworkEvent) => void): Promise<void> {
    report({ kind: "health", state: "down", why: this.#why });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  send(): void {
    // The core hands nothing to a network that is down.
  }

  acknowledge(): void {
    // It has offered nothing.
  }

  present(): void {
    // It shows me to nobody.
  }

  inspect(): NetworkReport {
    return {
      ...{ health: "down", why: this.#why, sockets: [] },
      ...{ links: { dialled: 0, accepted: 0 }, counters: {}, facts: {} },
    };
  }
}

/** In words, which setting or which key it is; and, where the error knows, its code and what to do about it. */
export function whyOf(error: unknown): Why {
  const problem = problemOf(error);
  if (!(error instanceof KithError)) return { code: "not-built", details: { problem } };
  return { code: "not-built", details: { problem, error: error.code, mend: error.mend } };
}
