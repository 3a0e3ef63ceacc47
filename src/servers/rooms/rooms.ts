/** The room server: its machine in a driver, within limits that can be raised. */
import { serverPort } from "../../protocols/rooms/limits.ts";
import {
  roomServerLimits,
  usualRoomsMax,
  type RoomServerFacts,
  type RoomServerIntent,
  type RoomServerReport,
} from "../../protocols/rooms/server/contract.ts";
import { RoomServerMachine } from "../../protocols/rooms/server/machine.ts";
import type { Address, Drive, DriveReport, Driver } from "../../protocols/machine.ts";

export type { RoomServerReport } from "../../protocols/rooms/server/contract.ts";
export type { Address, LinkTrouble } from "../../protocols/machine.ts";

export interface RoomServerSettings {
  readonly address: string;
  /** The wire's own port when absent; 0 for a free one. */
  readonly port?: number;
  readonly trustAddresses?: boolean;
  /** Connections at one time: of all, and of one address. */
  readonly connectionsMax?: number;
  readonly perAddressMax?: number;
  readonly roomsMax?: number;
}

export interface RoomServerParts {
  readonly driver: Driver;
  readonly settings: RoomServerSettings;
  /** `listening` or `failed` is the first after the start. */
  readonly report: (report: RoomServerReport) => void;
}

/** What is there, and what was done and refused since the start. */
export interface RoomServerInspection extends DriveReport {
  readonly facts: RoomServerFacts;
}

/** From its making to its stop; after that there is silence. */
export class RoomServer {
  /** Where it is to listen. */
  readonly at: Address;
  readonly #machine: RoomServerMachine;
  readonly #drive: Drive<RoomServerIntent>;

  constructor({ driver, settings, report }: RoomServerParts) {
    const { address: host, port = serverPort, trustAddresses = false, roomsMax = usualRoomsMax } = settings;
    const { connectionsMax, perAddressMax } = settings;
    this.at = { host, port };
    this.#machine = new RoomServerMachine({ at: this.at, trustAddresses, roomsMax });
    const limits = {
      ...roomServerLimits,
      ...(connectionsMax !== undefined && { acceptedMax: connectionsMax }),
      ...(perAddressMax !== undefined && { acceptedPerAddressMax: perAddressMax }),
    };
    this.#drive = driver.run(this.#machine, limits, {
      report,
      answer: () => undefined, // it asks nothing
    });
  }

  start(): void {
    this.#drive.tell({ kind: "start" });
  }

  inspect(): RoomServerInspection {
    return { ...this.#drive.inspect(), facts: this.#machine.facts() };
  }

  /** Resolves once every connection is closed. */
  stop(): Promise<void> {
    return this.#drive.stop();
  }
}
