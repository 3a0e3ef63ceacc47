/** A protocol of a few lines in the simulated world: proof that bringing one in is short. */
import { expect, test } from "vitest";
import { fromUtf8, toUtf8 } from "../base/bytes.ts";
import { minuteMs, type Now, secondMs } from "../base/time.ts";
import type { Network, NetworkEvent, NetworkReport, NetworkTraits } from "../core/ports/network.ts";
import type { Outgoing, ReceiptToken } from "../core/ports/network.ts";
import type { Effect, Input, Machine } from "../protocols/machine.ts";
import { drawOptions } from "./options.ts";
import type { NetworkPlace, Plug } from "./plug.ts";
import { run } from "./run.ts";

const traits: NetworkTraits = {
  ...{ secrecy: "end-to-end", keepsForAbsent: false, textBytesMax: 9_000, asciiOnly: false, receipts: true },
  ...{ idsOnWire: true, carries: ["text"], conversations: ["direct"], wholeRoom: false },
};
const port = 99;
const everybody = { host: "10.0.0.255", port };
const limits = { unsentMark: 1, unsentMax: 1, acceptedMax: 1, acceptedPerAddressMax: 1 };

/** Everybody shouts who is there; a text is shouted until the one it is for shouts its thanks. */
interface Shout {
  readonly what: "here" | "text" | "thanks";
  readonly by: string;
  readonly to?: string;
  readonly id?: Outgoing["message"];
  readonly text?: string;
}

class Shouting implements Machine<Shout, Shout> {
  #own: Shout | undefined;
  #nextAt = Infinity;

  handle(input: Input<Shout>, { mono }: Now): readonly Effect<Shout>[] {
    if (input.kind === "datagram")
      return [{ kind: "report", report: JSON.parse(fromUtf8(input.bytes) ?? "") as Shout }];
    const said = input.kind === "intent" ? input.intent : input.kind === "wake" ? this.#own : undefined;
    const isFirst = said !== undefined && this.#own === undefined;
    if (said?.what === "here") [this.#own, this.#nextAt] = [said, mono + 5 * secondMs];
    if (isFirst) return [{ kind: "bind", socket: "air", at: { host: "0.0.0.0", port }, broadcast: true }];
    if (said === undefined) return [];
    return [{ kind: "datagram", socket: "air", to: everybody, bytes: toUtf8(JSON.stringify(said)) }];
  }

  wakeAt(): number {
    return this.#nextAt;
  }
}

function shouting({ name, driver, random, keep }: NetworkPlace): Network {
  const by = fromUtf8(keep.read("key") ?? toUtf8(`key:${random.fraction()}`)) ?? "";
  let report: (event: NetworkEvent) => void = () => undefined;
  const hear = ({ what, by: other, to, id: wireId, text = "" }: Shout): void => {
    const from = { identity: other, keyed: true, name: other, secrecy: "end-to-end" } as const;
    if (what === "here" && other !== by) report({ kind: "personSeen", contact: from, availability: "away" });
    if (to !== by || wireId === undefined) return;
    const done = { message: wireId, recipient: other, outcome: { state: "delivered" } } as const;
    if (what === "thanks") report({ kind: "delivery", ...done });
    const said = { wireId, body: { kind: "text", text }, secrecy: from.secrecy } as const;
    const receipt = (offered.push({ what: "thanks", by, to: other, id: wireId }) - 1) as ReceiptToken;
    const place = { kind: "direct", identity: other } as const;
    if (what === "text") report({ kind: "messageArrived", from, place, ...said, receipt });
  };
  const offered: Shout[] = [];
  const drive = driver.run(new Shouting(), limits, { report: hear, answer: () => undefined });
  const send = ({ message: id, recipients: [to = ""], body }: Outgoing): void =>
    drive.tell({ what: "text", by, to, id, text: body.kind === "text" ? body.text : "" });
  const start = (hearer: typeof report): Promise<void> => {
    report = hearer;
    keep.write("key", toUtf8(by));
    report({ kind: "health", state: "up" });
    return Promise.resolve();
  };
  const acknowledge = (receipt: ReceiptToken): void => drive.tell(offered[receipt] ?? { what: "here", by });
  const present = (): void => drive.tell({ what: "here", by });
  const nothing = { health: "up", sockets: [], links: { dialled: 0, accepted: 0 }, counters: {} } as const;
  const inspect = (): NetworkReport => ({ ...nothing, facts: { by } });
  return {
    name,
    kind: "shouting",
    traits,
    start,
    stop: () => drive.stop(),
    send,
    acknowledge,
    present,
    inspect,
  };
}

/** An attempt of which nothing is heard is given up after two minutes, and made again after another. */
const shoutingPlug: Plug = {
  kind: "shouting",
  convergenceMs: 4 * minuteMs,
  network: shouting,
  identityOf: (network) => String(network.inspect().facts["by"]),
  strangers: {},
};

test.each([1, 2, 3, 4, 5, 6, 7, 8])("the toy keeps every promise in the world of seed %i", async (seed) => {
  const options = drawOptions(seed, shoutingPlug, { hours: 0.3, realCrypto: false });
  const { violation, messages } = await run(options, { plug: shoutingPlug });
  expect(violation).toBeUndefined();
  expect(messages).toBeGreaterThan(0);
});

test("a toy that thanks before it has stored is caught", async () => {
  const hasty: Plug = {
    ...shoutingPlug,
    network(place) {
      const inner = shouting(place);
      const start: Network["start"] = (report) =>
        inner.start((event) => {
          if (event.kind === "messageArrived" && event.receipt !== undefined)
            inner.acknowledge(event.receipt);
          report(event);
        });
      return { ...inner, start };
    },
  };
  const outcomes = [1, 2, 3, 4, 5, 6, 7, 8].map(async (seed) =>
    run(drawOptions(seed, hasty, { hours: 0.3, realCrypto: false }), { plug: hasty }),
  );
  const broken = (await Promise.all(outcomes)).map(({ violation }) => violation?.invariant);
  expect(broken).toContain("I9");
});
