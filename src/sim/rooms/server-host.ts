/** The host of the room server: the real machine, which dies with its host and knows nobody when it is back. */
import type { Random } from "../../base/random.ts";
import {
  roomServerLimits,
  type RoomServerReport,
  usualRoomsMax,
} from "../../protocols/rooms/server/contract.ts";
import { RoomServerMachine } from "../../protocols/rooms/server/machine.ts";
import { SimDriver } from "../drive.ts";
import { noWhims } from "../driver-place.ts";
import { anyHost, type Host } from "../host.ts";
import type { CrashManner } from "../person.ts";
import type { World } from "../world.ts";
import { serverAddress } from "./places.ts";

export class ServerHost {
  readonly host: Host;
  readonly #world: World;
  readonly #random: Random;
  #machine: RoomServerMachine | undefined;
  /** By room: "<ip>:<port>" of those who are in it, as the server has told. */
  readonly #listed = new Map<string, Set<string>>();

  constructor(world: World) {
    this.#world = world;
    this.#random = world.dice();
    this.host = world.wire.addHost("server", [serverAddress.host]);
  }

  /** Whether these stand in the room's list, and nobody else: "<ip>:<port>" of each. */
  lists(room: string, addresses: readonly string[]): boolean {
    const listed = this.#listed.get(room);
    return listed?.size === addresses.length && addresses.every((address) => listed.has(address));
  }

  /** Nothing where it runs already. */
  start(): void {
    if (this.#machine !== undefined) return;
    const { host } = this;
    host.start();
    const world = this.#world;
    const driver = new SimDriver({
      ...{ wire: world.wire, host, random: this.#random, whims: () => noWhims },
      broken: (error) => world.broken("the server", error),
      awaited: (answer) => world.await(answer, (error) => world.broken("the server", error)),
    });
    const at = { host: anyHost, port: serverAddress.port };
    const machine = new RoomServerMachine({ at, trustAddresses: false, roomsMax: usualRoomsMax });
    this.#machine = machine;
    const drive = driver.run(machine, roomServerLimits, {
      report: (report) => {
        world.trace.event(() => `server: ${JSON.stringify(report)}`);
        this.#hear(report);
      },
      answer: () => undefined,
    });
    drive.tell({ kind: "start" });
    world.trace.event(() => "the server starts");
  }

  crash(manner: CrashManner, random: Random): void {
    if (this.#machine === undefined) return;
    this.#machine = undefined;
    this.#listed.clear();
    this.host.crash(manner, random);
    this.#world.trace.event(() => `the server is ${manner}`);
  }
  #hear(report: RoomServerReport): void {
    if (report.kind !== "joined" && report.kind !== "left") return;
    const { room, member } = report;
    const listed = this.#listed.get(room) ?? new Set();
    this.#listed.set(room, listed);
    const address = `${member.ip}:${member.port}`;
    if (report.kind === "joined") listed.add(address);
    else listed.delete(address);
  }
}
