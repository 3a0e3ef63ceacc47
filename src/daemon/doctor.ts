/** Looks into everything that can be wrong, and says in sentences what was found and how to mend it. */
import { stat } from "node:fs/promises";
import type { Check } from "../api/records.ts";
import type { NetworkName } from "../base/ids.ts";
import { minuteMs, secondMs } from "../base/time.ts";
import { problemOf } from "../base/errors.ts";
import type { Network, NetworkReport } from "../core/ports/network.ts";
import type { Queries } from "../core/queries.ts";
import type { Clock } from "../io/clock.ts";
import { freeBytes } from "../io/files.ts";
import { interfaceAddresses } from "../io/interfaces.ts";
import type { RawInterfaces } from "../io/interfaces.ts";
import type { Folders } from "./folders.ts";
import { holderOf } from "./port-holder.ts";
import { roomChecks, unsaidCheck } from "./room-checks.ts";

/** Below this nothing can be relied on; a busy day of messages takes less. */
const freeBytesMin = 50 * 1024 * 1024;
const freeBytesLow = 500 * 1024 * 1024;
/** Programs of the LAN announce themselves every minute. */
const silenceMs = 2 * minuteMs;
/** A clock that was set by more than this while we ran. */
const clockStepMsMax = 30 * secondMs;
/** When this program was written: no clock is right that says less. */
const wallMsMin = Date.UTC(2025, 0, 1);

export interface DoctorParts {
  readonly folders: Folders;
  readonly clock: Clock;
  /** At the start of the daemon. */
  readonly started: ReturnType<Clock["now"]>;
  readonly networks: () => readonly Network[];
  readonly interfaces: () => RawInterfaces;
  /** Rows that the search index has still to take in. */
  readonly unindexed: () => number;
  readonly strangers: () => ReturnType<Queries["strangers"]>;
  readonly unsaid: () => ReturnType<Queries["unsaid"]>;
}

export async function examine(parts: DoctorParts): Promise<readonly Check[]> {
  const networks = await Promise.all(parts.networks().map((network) => networkChecks(network, parts)));
  return [
    interfacesCheck(parts),
    ...(parts.networks().length === 0 ? [noNetworkCheck] : networks.flat()),
    await databaseCheck(parts),
    await diskCheck(parts.folders.home),
    clockCheck(parts),
    ...strangersCheck(parts.strangers()),
    ...unsaidCheck(parts.unsaid()),
  ];
}

const noNetworkCheck: Check = {
  code: "networks",
  state: "warning",
  says: "No network is connected.",
  mend: "Connect one: `kith network connect lan`.",
};

function interfacesCheck({ interfaces }: DoctorParts): Check {
  const outward = interfaceAddresses(interfaces()).filter(
    ({ loopback, address }) => !loopback && address.includes("."),
  );
  if (outward.length > 0) {
    const list = outward.map(({ interface: name, address }) => `${address} (${name})`).join(", ");
    return { code: "interfaces", state: "good", says: `This machine has the addresses ${list}.` };
  }
  return {
    code: "interfaces",
    state: "warning",
    says: "This machine has no address on any network, only its own loopback.",
    mend: "Plug in a cable or join a wireless network; kith notices by itself.",
  };
}

async function networkChecks(network: Network, { clock, started }: DoctorParts): Promise<readonly Check[]> {
  const report = network.inspect();
  const sockets = await Promise.all(report.sockets.map((socket) => socketCheck(network, socket)));
  const { mono, wall } = clock.now();
  return [
    healthCheck(network, report),
    ...sockets,
    ...heardCheck(network, report, mono - started.mono),
    ...roomChecks(network, report, wall),
  ];
}

function healthCheck({ name }: Network, { health, why }: NetworkReport): Check {
  const code = `network.${name}`;
  const { mend, ...details } = why?.details ?? {};
  const facts = Object.entries(details).flatMap(([key, fact]) => (key === "error" ? [] : [fact]));
  const because = why === undefined ? "" : ` (${[why.code, ...facts].join(", ")})`;
  switch (health) {
    case "up":
      return { code, state: "good", says: `The network ${name} is up.` };
    case "starting":
      return {
        code,
        state: "warning",
        says: `The network ${name} is starting.`,
        mend: "Look again in a moment.",
      };
    case "degraded":
      return {
        code,
        state: "warning",
        says: `The network ${name} works in part${because}.`,
        mend: "The lines below say which part does not.",
      };
    case "down":
      return {
        code,
        state: "bad",
        says: `The network ${name} is down${because}.`,
        mend:
          why?.code === "not-built"
            ? String(mend ?? failedNetworkMend(name))
            : "The lines below say why; it comes up by itself once that is mended.",
      };
  }
}

function failedNetworkMend(name: NetworkName): string {
  return `The log has the details. \`kith network configure ${name}\` sets it anew, \`kith network disconnect ${name}\` does without it.`;
}

async function socketCheck({ name }: Network, socket: NetworkReport["sockets"][number]): Promise<Check> {
  const code = `socket.${name}.${socket.what}`;
  const { at, what, state, why } = socket;
  if (state === "open") return { code, state: "good", says: `${what} listens at ${at}.` };
  if (state === "opening") return { code, state: "warning", says: `${what} is being opened at ${at}.` };
  if (why !== "in-use")
    return {
      code,
      state: "bad",
      says: `${what} cannot listen at ${at}: ${why ?? "unknown"}.`,
      mend: socketMend(why),
    };
  const holder = await holderOf(Number(at.slice(at.lastIndexOf(":") + 1)));
  const by = holder === undefined ? "another program" : `${holder.name} (process ${holder.pid})`;
  return {
    code,
    state: "bad",
    says: `${what} cannot listen at ${at}: ${by} uses the port.`,
    mend: `End ${by}.`,
  };
}

function socketMend(why: string | undefined): string {
  if (why === "not-here") return "Set the network's `address` to one that this machine has.";
  if (why === "forbidden") return "Use a port above 1023, or let the system allow it.";
  return "The log has the details.";
}

/** Whether anybody is heard, and whether we speak: what a firewall or a strict access point takes away. */
function heardCheck({ name }: Network, { facts }: NetworkReport, upForMs: number): readonly Check[] {
  const [sent, heard] = [facts["announcements-sent"], facts["announcements-heard"]];
  if (sent === undefined || heard === undefined) return [];
  const code = `announcements.${name}`;
  const says = `Announcements on ${name}: ${sent} sent, ${heard} of others heard.`;
  if (Number(heard) > 0 || upForMs < silenceMs) return [{ code, state: "good", says }];
  const mend =
    "If somebody is there: let the firewall pass UDP and TCP on the ports above, see that the access point lets " +
    "its guests reach each other, or name the others' addresses in the network's `targets`.";
  return [{ code, state: "warning", says, mend }];
}

async function databaseCheck({ folders, unindexed }: DoctorParts): Promise<Check> {
  const code = "database";
  try {
    const { size } = await stat(folders.database);
    const left = unindexed();
    const index = left === 0 ? "search is up to date" : `search has ${left} messages to take in`;
    return {
      code,
      state: "good",
      says: `The history in ${folders.database} has ${inMegabytes(size)}; ${index}.`,
    };
  } catch (error) {
    const says = `The history in ${folders.database} cannot be looked at: ${problemOf(error)}.`;
    return { code, state: "bad", says, mend: "Do not end kith before you have exported the history." };
  }
}

async function diskCheck(folder: string): Promise<Check> {
  const code = "disk";
  try {
    const free = await freeBytes(folder);
    const says = `${inMegabytes(free)} are free on the disk of ${folder}.`;
    if (free >= freeBytesLow) return { code, state: "good", says };
    return { code, state: free < freeBytesMin ? "bad" : "warning", says, mend: "Free some space." };
  } catch (error) {
    return { code, state: "warning", says: `The disk of ${folder} cannot be asked: ${problemOf(error)}.` };
  }
}

function clockCheck({ clock, started }: DoctorParts): Check {
  const code = "clock";
  const now = clock.now();
  const stepMs = Math.abs(now.wall - started.wall - (now.mono - started.mono));
  const mend =
    "Let the system keep its clock by the network (NTP). Only the times that are shown depend on it.";
  if (now.wall < wallMsMin) return { code, state: "bad", says: "The clock is years behind.", mend };
  if (stepMs <= clockStepMsMax) return { code, state: "good", says: "The clock has run evenly." };
  const says = `The clock was set by ${Math.round(stepMs / secondMs)} seconds while kith ran.`;
  return { code, state: "warning", says, mend };
}

/** Only where somebody was turned away: it happens when a network is flooded with invented people. */
function strangersCheck({ unanswered, refused }: ReturnType<Queries["strangers"]>): readonly Check[] {
  if (refused === 0) return [];
  const says =
    `${unanswered} conversations of strangers are unanswered, the most there may be; ` +
    `first messages of further strangers were refused ${refused} times since the start.`;
  const mend =
    "Read or answer some of them; whoever was refused tries again, and you can write to anybody first.";
  return [{ code: "strangers", state: "warning", says, mend }];
}

function inMegabytes(bytes: number): string {
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
}
