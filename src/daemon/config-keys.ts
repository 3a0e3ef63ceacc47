/** Every setting of the program itself: its type, its value when nobody sets it, and what it is for. */
import * as z from "zod";

/** One setting: the schema carries the default and the description. */
export type Keys = Readonly<Record<string, z.core.$ZodType>>;

/** The settings of the networks are their own and join these; see network-kinds.ts. */
export const programKeys = {
  "api.http": z
    .boolean()
    .default(false)
    .describe(
      "Whether faces and scripts may also connect by WebSocket, on loopback addresses only, with the token of the file `api-token`",
    ),
  "api.port": z
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(0)
    .describe("The port of the WebSocket; 0 takes a free one, which `kith status` shows"),
  "log.level": z
    .enum(["debug", "info", "warn", "error"])
    .default("info")
    .describe("What is written to the log: from this on, and worse"),
  "networks.autoconnect": z
    .array(z.string())
    .default(["lan"])
    .describe("Networks that are connected without being asked for, until they are disconnected"),
  "profile.name": z
    .string()
    .max(64)
    .default("")
    .describe(
      "The name by which others see me until another one is chosen; empty: the name of the account on this machine",
    ),
  "profile.availability": z
    .enum(["available", "busy", "away"])
    .default("available")
    .describe("My availability until another one is chosen"),
} as const satisfies Keys;

export type ProgramKey = keyof typeof programKeys;
export type ProgramValue<Key extends ProgramKey> = z.output<(typeof programKeys)[Key]>;
