/** A whole protocol in the simulated world: all shout that they are there, and texts until their thanks are heard. */
import { fromUtf8, toUtf8 } from "../../base/bytes.ts";
import { toMessageId } from "../../base/ids.ts";
import { minuteMs, secondMs } from "../../base/time.ts";
import type { Plug } from "../plug.ts";
import { arrived, delivered, machineNetwork, seen } from "./machine-network.ts";
import type { NetworkEffect, NetworkIntent, NetworkMachine } from "./machine-network.ts";

const port = 99;
const shoutEveryMs = 5 * secondMs;
const open = { kind: "bind", socket: "air", at: { host: "0.0.0.0", port }, broadcast: true } as const;

function shouting(self: string): NetworkMachine {
  let [isOpen, shoutAt] = [false, 0];
  return {
    wakeAt: () => shoutAt,
    handle(input, { mono }) {
      if (input.kind === "intent") return carryOut(input.intent, self);
      if (input.kind === "datagram") return hear(fromUtf8(input.bytes) ?? "", self);
      if (input.kind !== "wake") isOpen = input.kind === "listening";
      if (mono < shoutAt) return [];
      shoutAt = mono + shoutEveryMs;
      return isOpen ? shout("here", self) : [open];
    },
  };
}

function carryOut(intent: NetworkIntent, self: string): readonly NetworkEffect[] {
  if (intent.kind === "acknowledge") return shout("thanks", self, intent.from, intent.message);
  if (intent.kind !== "send") return [];
  const { message, recipients, body } = intent.outgoing;
  return shout("text", self, ...recipients, message, body.kind === "text" ? body.text : "");
}

function shout(...words: readonly string[]): readonly NetworkEffect[] {
  const to = { host: "10.0.0.255", port };
  return [{ kind: "datagram", socket: "air", to, bytes: toUtf8(words.join(" ")) }];
}

function hear(shouted: string, self: string): readonly NetworkEffect[] {
  const [what, by = "", to, id = "", ...words] = shouted.split(" ");
  if (what === "here" && by !== self) return seen(by);
  const message = to === self ? toMessageId(id) : undefined;
  if (message === undefined) return [];
  return what === "thanks" ? delivered(message, by) : arrived(by, message, words.join(" "));
}

/** An attempt of which nothing is heard is given up after two minutes, and made again after another. */
export const toyPlug: Plug = {
  kind: "shouting",
  convergenceMs: 4 * minuteMs,
  network: (place) => machineNetwork(place, shouting),
};
