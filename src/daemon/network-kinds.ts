/** The kinds of networks that can be connected: what each is, what it can be set to, how one is built. */
import type * as z from "zod";
import type { Crypto } from "../base/crypto.ts";
import type { NetworkName } from "../base/ids.ts";
import type { Random } from "../base/random.ts";
import type { Keep, Network } from "../core/ports/network.ts";
import { createLan } from "../networks/lan/lan.ts";
import type { LanParts } from "../networks/lan/lan.ts";
import { lanConfig } from "../networks/lan/settings.ts";
import { createRooms } from "../networks/rooms/rooms.ts";
import { roomsConfig } from "../networks/rooms/settings.ts";
import type { createDriver } from "../io/drive.ts";
import type { Keys } from "./config-keys.ts";

/** What every network is built of. */
export interface NetworkParts {
  readonly driver: ReturnType<typeof createDriver>;
  readonly random: Random;
  readonly crypto: Crypto;
  readonly legacyCipher: LanParts["legacyCipher"];
  /** The IPv4 address of a host; rejects with an Error that says why there is none. */
  readonly resolve: (host: string) => Promise<string>;
}

export type Settings = Readonly<Record<string, unknown>>;

export interface NetworkKind {
  readonly what: string;
  readonly settings: z.ZodObject;
  /** `settings` have passed the schema. Throws a KithError where it cannot be. */
  readonly create: (name: NetworkName, settings: Settings, keep: Keep, parts: NetworkParts) => Network;
}

export const networkKinds: Readonly<Record<string, NetworkKind>> = {
  lan: {
    what: "Everybody on the local network, without a server; encrypted where both sides can",
    settings: lanConfig,
    create: (name, settings, keep, parts) =>
      createLan({ name, settings: lanConfig.parse(settings), keep, ...parts }),
  },
  rooms: {
    what: "Rooms that a server lists, whose members link to each other; readable for everybody in between",
    settings: roomsConfig,
    create: (name, settings, keep, parts) =>
      createRooms({ name, settings: roomsConfig.parse(settings), keep, ...parts }),
  },
};

/** `lan.address` and so on: they set the network that bears the name of its kind. */
export const networkKeys: Keys = Object.fromEntries(
  Object.entries(networkKinds).flatMap(([kind, { settings }]) =>
    Object.entries(settings.shape).map(([key, schema]) => [`${kind}.${key}`, schema] as const),
  ),
);
