/** The LAN as a network of the chat: runs a LAN machine and puts its reports into the core's words. */
import { assert } from "../../base/assert.ts";
import type { Crypto } from "../../base/crypto.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName } from "../../base/ids.ts";
import type { Random } from "../../base/random.ts";
import type {
  Keep,
  Me,
  Network,
  NetworkEvent,
  NetworkReport,
  NetworkTraits,
  Outgoing,
  ReceiptToken,
} from "../../core/ports/network.ts";
import type { LegacyCipher } from "../../protocols/lan/dialect-2025.ts";
import type {
  LanAnswer,
  LanConfig,
  LanFacts,
  LanHealth,
  LanIntent,
  LanQuestion,
  LanReport,
} from "../../protocols/lan/contract.ts";
import { linksMax } from "../../protocols/lan/inbound.ts";
import { classicLan, lan2025 } from "../../protocols/lan/lan.ts";
import { readKeptKeys, type KeptKeys } from "../../protocols/lan/own-keys.ts";
import type { Drive, DriveLimits, Driver, Machine } from "../../protocols/machine.ts";
import { eventOf, factsOf, socketLine } from "./translation.ts";
import { portsOf, type LanSettings } from "./settings.ts";

export interface LanParts {
  readonly name: NetworkName;
  readonly settings: LanSettings;
  readonly driver: Driver;
  readonly random: Random;
  readonly crypto: Crypto;
  /** Only the variant of 2025 uses it. */
  readonly legacyCipher: LegacyCipher;
  readonly keep: Keep;
}

/** A connection carries one message of 45 KiB at most; classic programs open one a message. */
const limits: DriveLimits = {
  unsentMark: 64 * 1_024,
  unsentMax: 256 * 1_024,
  acceptedMax: linksMax,
  acceptedPerAddressMax: 8,
};

const stopped: LanHealth = { state: "down", why: { code: "network-down" } };
const nothingOpen = { sockets: [], links: { dialled: 0, accepted: 0 }, counters: {}, facts: {} } as const;

/** 32 KiB of padded body less its frame; what needs many escapes is refused by its true size. */
const sealedTextBytesMax = 32 * 1_024 - 128;
const textBytesMax2025 = 4 * 1_024;

const classicTraits: NetworkTraits = {
  secrecy: "end-to-end",
  keepsForAbsent: false,
  textBytesMax: sealedTextBytesMax,
  asciiOnly: false,
  receipts: true,
  idsOnWire: true,
  carries: ["text", "action"],
  conversations: ["direct"],
  wholeRoom: false,
};

const traits2025: NetworkTraits = {
  ...classicTraits,
  secrecy: "none",
  textBytesMax: textBytesMax2025,
  receipts: false,
  idsOnWire: false,
};

type LanMachine = Machine<LanIntent, LanReport, LanQuestion, LanAnswer> & { facts(): LanFacts };

/** Throws KithError("keys-unreadable") where the keys were damaged: a new identity must be the user's will. */
export function createLan(parts: LanParts): Network {
  keptKeys(parts);
  return new Lan(parts);
}

function machineOf(parts: LanParts): LanMachine {
  const { settings, random, crypto, keep } = parts;
  const { address, targets } = settings;
  const config: LanConfig = { targets, ...portsOf(settings), ...(address !== undefined && { address }) };
  const common = { config, random, companions: keep.read("companions") };
  if (settings.variant === "2025") return lan2025({ ...common, cipher: parts.legacyCipher });
  return classicLan({ ...common, crypto, keys: keptKeys(parts) });
}

function keptKeys({ name: network, keep }: LanParts): KeptKeys | undefined {
  const record = keep.read("keys");
  if (record === undefined) return undefined;
  const keys = readKeptKeys(record);
  if (!keys.ok) throw new KithError("keys-unreadable", { network, problem: keys.problem });
  return keys.value;
}

/** A machine in its driver, from one start to the next stop. */
interface Running {
  readonly report: (event: NetworkEvent) => void;
  readonly machine: LanMachine;
  readonly drive: Drive<LanIntent>;
  /** Lets whoever waits for the start go on. */
  readonly started: () => void;
}

class Lan implements Network {
  readonly name: NetworkName;
  readonly kind = "lan";
  readonly traits: NetworkTraits;
  readonly #parts: LanParts;
  #running: Running | undefined;
  #health: LanHealth = stopped;
  #me: Me | undefined;

  constructor(parts: LanParts) {
    this.name = parts.name;
    this.traits = parts.settings.variant === "2025" ? traits2025 : classicTraits;
    this.#parts = parts;
  }

  start(report: (event: NetworkEvent) => void): Promise<void> {
    assert(this.#running === undefined, "a network is started once before it is stopped");
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const started = (): void => resolve(undefined);
    const hear = (lanReport: LanReport): void => {
      if (lanReport.kind === "health") this.#health = lanReport.health;
      report(eventOf(lanReport));
      if (lanReport.kind === "health" && lanReport.health.state !== "starting") started();
    };
    const machine = machineOf(this.#parts);
    const answer = (question: LanQuestion): LanAnswer => this.#remember(question);
    const drive = this.#parts.driver.run(machine, limits, { report: hear, answer });
    this.#running = { report, machine, drive, started };
    if (this.#me !== undefined) drive.tell({ kind: "present", me: this.#me });
    drive.tell({ kind: "start" });
    return promise;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    this.#health = stopped;
    running?.started();
    await running?.drive.stop();
  }

  send({ message, recipients, body, sentAt, secrecyLeast }: Outgoing): void {
    for (const recipient of recipients) {
      if (body.kind !== "text" && body.kind !== "action") {
        const outcome = { state: "failed", why: { code: "not-text" }, again: "never" } as const;
        this.#running?.report({ kind: "delivery", message, recipient, outcome });
        continue;
      }
      const sealedOnly = secrecyLeast !== "none";
      const outgoing = { id: message, to: recipient, body, at: sentAt, sealedOnly };
      this.#running?.drive.tell({ kind: "send", outgoing });
    }
  }

  acknowledge(receipt: ReceiptToken): void {
    this.#running?.drive.tell({ kind: "acknowledge", token: receipt });
  }

  present(me: Me): void {
    this.#me = me;
    this.#running?.drive.tell({ kind: "present", me });
  }

  inspect(): NetworkReport {
    const { state } = this.#health;
    const why = "why" in this.#health ? this.#health.why : undefined;
    const shared = { health: state, ...(why && { why }) };
    if (this.#running === undefined) return { ...shared, ...nothingOpen };
    const { sockets, links, counters, bytes, datagrams } = this.#running.drive.inspect();
    return {
      ...shared,
      sockets: sockets.map(socketLine),
      links,
      counters: {
        ...counters,
        "bytes-received": bytes.received,
        "bytes-sent": bytes.sent,
        "datagrams-received": datagrams.received,
        "datagrams-sent": datagrams.sent,
      },
      facts: factsOf(this.#running.machine.facts()),
    };
  }

  /** Throws when the disk does: the driver tells the machine. */
  #remember({ what, record }: LanQuestion): LanAnswer {
    // A private half that has had its time must not be found in the file.
    if (what === "keys") this.#parts.keep.replace(what, record);
    else this.#parts.keep.write(what, record);
    return "remembered";
  }
}
