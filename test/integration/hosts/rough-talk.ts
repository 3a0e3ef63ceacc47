/** People who all write to each other over a network with faults, and what must hold of their histories. */
import type { Client } from "../../../src/api/client.ts";
import type { Delivery, Message } from "../../../src/api/records.ts";
import { present } from "../../../src/base/assert.ts";
import type { Random } from "../../../src/base/random.ts";
import { wholeBetween } from "../../../src/base/random.ts";
import { delivered, history, online, until } from "../daemon-world.ts";
import type { Faults, FaultySwitch } from "../namespaces/faulty-switch.ts";
import type { LabHost } from "../namespaces/harness.ts";

export interface Talker {
  readonly host: LabHost;
  readonly client: Client;
}

export interface Storm {
  readonly faults: Faults;
  /** Messages of each to each other. */
  readonly each: number;
  /** How often a message must have been tried in vain before what was parted is healed. */
  readonly triesInVain: number;
}

interface Said {
  readonly from: Talker;
  readonly to: Talker;
  readonly text: string;
  readonly message: Message;
}

/** What texts end with: each must arrive as it is. */
const endings = [
  "",
  "ğüşiöç İıJ̌",
  "👩‍👩‍👧‍👦 🏴‍☠️",
  'a tab\tand "quotes" \\ and\nlines\r\nof\u2028all kinds',
  "<b>&amp;</b> *and* `marks`",
  "long ".repeat(2_000),
];

export class RoughTalk {
  readonly #faulty: FaultySwitch;
  readonly #dice: Random;
  readonly #talkers: readonly Talker[];
  readonly #said: Said[] = [];
  #numbered = 0;

  constructor(faulty: FaultySwitch, talkers: readonly Talker[], dice: Random) {
    this.#faulty = faulty;
    this.#talkers = talkers;
    this.#dice = dice;
  }

  /** Messages that were acknowledged. */
  get said(): number {
    return this.#said.length;
  }

  /** Each has found all others. */
  async met(): Promise<void> {
    await Promise.all(this.#pairs().map(([one, other]) => online(one.client, other.host.name)));
  }

  /** All write to each other, while one way, one cable and then the network is cut; it ends with the network parted. */
  async storm({ faults, each, triesInVain }: Storm): Promise<void> {
    this.#faulty.faults(faults);
    const talks = this.#pairs().map(async ([from, to]) => {
      for (let n = 0; n < each; n++) await this.#firstTry(await this.#say(from, to));
    });
    await Promise.all([...talks, this.#cut(triesInVain)]);
  }

  /** Ends all faults; for each message that was still under way the time (ms) until its sender had its tick. */
  async heal(): Promise<readonly number[]> {
    const open = await this.#undelivered();
    const healedAt = performance.now();
    this.#faulty.heal();
    this.#faulty.faults({});
    return Promise.all(
      open.map(async ({ from, message }) => {
        await delivered(from.client, message);
        return performance.now() - healedAt;
      }),
    );
  }

  /** What does not hold: of ticks now, and `inTheEnd` of all messages too. */
  async broken(inTheEnd: boolean): Promise<readonly string[]> {
    const undelivered = new Set(await this.#undelivered()); // first: what has a tick now, its recipient has by then
    const judged = this.#talkers.map(async (talker) => {
      const held = await history(talker.client);
      const here = this.#said.filter(
        (said) => said.from === talker || (said.to === talker && (inTheEnd || !undelivered.has(said))),
      );
      return [...missing(talker, here, held), ...unsaid(talker, this.#said, held)];
    });
    const unticked = inTheEnd ? [...undelivered].map(({ text }) => `"${text}" has no tick`) : [];
    return [...(await Promise.all(judged)).flat(), ...unticked];
  }

  async #cut(triesInVain: number): Promise<void> {
    const [one, other, third] = this.#drawn();
    this.#faulty.cut(one.host.name, other.host.name);
    third.host.cut();
    await Promise.all([this.#inVain(one, other, 1), this.#inVain(other, third, 1)]);
    this.#faulty.heal();
    third.host.heal();
    const [here, alsoHere, there] = this.#drawn();
    this.#faulty.part([here.host.name, alsoHere.host.name]);
    await this.#inVain(here, there, triesInVain);
  }

  /** Resolves when one has tried so often to reach the other, or gives that up until the other is heard again. */
  async #inVain(from: Talker, to: Talker, tries: number): Promise<void> {
    const { message } = await this.#say(from, to);
    const failed = ({ label, state, attempts, why }: Delivery) =>
      label === to.host.name &&
      ((state === "queued" && (attempts >= tries || why?.code === "offline")) ||
        (state === "sending" && attempts > tries));
    await until(from.client, async () => {
      const after = message.changed - 1;
      const { messages } = await from.client.call("messages.since", { after, limit: 500 });
      return messages.some(({ deliveries }) => deliveries.some(failed)) ? true : undefined;
    });
  }

  async #say(from: Talker, to: Talker): Promise<Said> {
    const number = ++this.#numbered;
    const text = `${number}, ${from.host.name} to ${to.host.name}: ${endings[number % endings.length] ?? ""}`;
    const message = await from.client.call("messages.send", { to: { who: to.host.name }, text });
    const said = { from, to, text, message };
    this.#said.push(said);
    return said;
  }

  /** Resolves when it has arrived, or has to wait. */
  async #firstTry({ from, message: { id } }: Said): Promise<void> {
    await until(from.client, async () => {
      const { deliveries } = await from.client.call("messages.get", { message: id });
      return deliveries.every(({ state }) => state !== "sending") ? true : undefined;
    });
  }

  async #undelivered(): Promise<readonly Said[]> {
    const histories = await Promise.all(this.#talkers.map(({ client }) => history(client)));
    const ticked = histories
      .flat()
      .filter(({ mine, deliveries }) => mine && deliveries.every(({ state }) => state === "delivered"));
    const ids = new Set(ticked.map(({ id }) => id));
    return this.#said.filter(({ message }) => !ids.has(message.id));
  }

  /** Three of them. */
  #drawn(): readonly [Talker, Talker, Talker] {
    const left = [...this.#talkers];
    const draw = () =>
      present(left.splice(wholeBetween(this.#dice, 0, left.length - 1), 1)[0], "somebody to be drawn");
    return [draw(), draw(), draw()];
  }

  #pairs(): readonly (readonly [Talker, Talker])[] {
    return this.#talkers.flatMap((one) =>
      this.#talkers.filter((other) => other !== one).map((other) => [one, other] as const),
    );
  }
}

/** Of what was said by or to somebody, what is not in their history as it was said. */
function missing({ host }: Talker, said: readonly Said[], held: readonly Message[]): readonly string[] {
  const byId = new Map(held.map((message) => [message.id, message]));
  return said.flatMap(({ from, text, message }) => {
    const mine = from.host === host;
    const here = byId.get(message.id);
    const isRight =
      here?.mine === mine && (mine || here.authorLabel === from.host.name) && textOf(here) === text;
    return isRight ? [] : [`"${text}" is in ${host.name}'s history as ${JSON.stringify(here)}`];
  });
}

/** What somebody was told that nobody has said to them, or under another id a second time. */
function unsaid({ host }: Talker, said: readonly Said[], held: readonly Message[]): readonly string[] {
  const ids = new Set(
    said.filter(({ from, to }) => host === from.host || host === to.host).map(({ message }) => message.id),
  );
  return held
    .filter((message) => textOf(message) !== undefined && !ids.has(message.id))
    .map((message) => `nobody has said to ${host.name}, or not so often: ${JSON.stringify(message)}`);
}

function textOf({ body }: Message): string | undefined {
  return body.kind === "text" ? body.text : undefined;
}
