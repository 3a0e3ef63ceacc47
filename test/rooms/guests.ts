/** Networks with rooms on hosts of a simulated world, with the real server in it: for tests of the network alone. */
import { present } from "../../src/base/assert.ts";
import { toNetworkName } from "../../src/base/ids.ts";
import { secondMs } from "../../src/base/time.ts";
import type { Keep, Network, NetworkEvent, PokeFacet, RoomsFacet } from "../../src/core/ports/network.ts";
import { cheapCrypto } from "../../src/sim/cheap-crypto.ts";
import { SimDriver } from "../../src/sim/drive.ts";
import { noWhims } from "../../src/sim/driver-place.ts";
import type { Host } from "../../src/sim/host.ts";
import { serverAddress } from "../../src/sim/rooms/places.ts";
import { ServerHost } from "../../src/sim/rooms/server-host.ts";
import { World } from "../../src/sim/world.ts";
import { createRooms } from "../../src/networks/rooms/rooms.ts";
import { roomsConfig } from "../../src/networks/rooms/settings.ts";

const stepMs = 100;

export class MapKeep implements Keep {
  readonly values = new Map<string, Uint8Array>();
  isFull = false;

  read(key: string): Uint8Array | undefined {
    return this.values.get(key);
  }

  write(key: string, value: Uint8Array): void {
    if (this.isFull) throw new Error("the disk is full");
    this.values.set(key, value);
  }

  replace(key: string, value: Uint8Array): void {
    this.write(key, value);
  }

  remove(key: string): void {
    this.values.delete(key);
  }
}

export interface Guest {
  readonly network: Network;
  readonly rooms: RoomsFacet;
  readonly poke: PokeFacet;
  readonly keep: MapKeep;
  readonly host: Host;
  /** All that was reported. */
  readonly heard: NetworkEvent[];
  start(): Promise<void>;
}

export class GuestLab {
  readonly world = new World(1, false);
  readonly server = new ServerHost(this.world);
  /** What host names mean; all others lead nowhere. */
  readonly names = new Map([["rooms.example", serverAddress.host]]);
  #guests = 0;

  constructor() {
    this.server.start();
  }

  guest(settings: Readonly<Record<string, unknown>> = {}, keep = new MapKeep()): Guest {
    const host = this.world.wire.addHost(`guest ${++this.#guests}`, [`10.0.0.${this.#guests}`]);
    return this.guestAt(host, settings, keep);
  }

  guestAt(host: Host, settings: Readonly<Record<string, unknown>> = {}, keep = new MapKeep()): Guest {
    const { world } = this;
    const broken = (error: unknown): void => world.broken(host.name, error);
    const network = createRooms({
      name: present(toNetworkName("rooms"), "a name"),
      settings: roomsConfig.parse({ server: serverAddress.host, ...settings }),
      driver: new SimDriver({
        ...{ wire: world.wire, host, random: world.dice(), whims: () => noWhims, broken },
        awaited: (answer) => world.await(answer, broken),
      }),
      random: world.dice(),
      crypto: cheapCrypto(),
      keep,
      resolve: (name) => this.#resolve(name),
    });
    const heard: NetworkEvent[] = [];
    const start = (): Promise<void> => network.start((event) => heard.push(event));
    const rooms = present(network.rooms, "a facet for rooms");
    const poke = present(network.poke, "a facet for pokes");
    return { network, rooms, poke, keep, host, heard, start };
  }

  /** One that has started, and is in the room where one is named. */
  async member(name: string, room = "garden"): Promise<Guest> {
    const guest = this.guest();
    await this.done(guest.start());
    guest.rooms.user(name);
    await this.done(guest.rooms.join(room));
    return guest;
  }

  /** In steps, between which promises go on. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) await this.world.run(Math.min(left, stepMs));
    if (this.world.violation !== undefined) throw new Error(this.world.violation.what);
  }

  /** The same network, for those who know nothing of this world: time passes while it starts. */
  inItsTime({ network }: Guest): Network {
    return {
      ...{ name: network.name, kind: network.kind, traits: network.traits },
      start: (report) => this.done(network.start(report)),
      stop: () => network.stop(),
      send: (sent) => network.send(sent),
      acknowledge: (receipt) => network.acknowledge(receipt),
      present: (me) => network.present(me),
      inspect: () => network.inspect(),
      ...(network.rooms && { rooms: network.rooms }),
      ...(network.poke && { poke: network.poke }),
    };
  }

  /** What was asked, while time passes. */
  async done<Value>(asked: Promise<Value>): Promise<Value> {
    const [answer] = await Promise.all([asked, this.pass(5 * secondMs)]);
    return answer;
  }

  #resolve(name: string): Promise<string> {
    const address = this.names.get(name);
    if (address !== undefined || /^[0-9.]+$/.test(name)) return Promise.resolve(address ?? name);
    return Promise.reject(new Error("there is no host of that name"));
  }
}
