/** What can be configured about a network of rooms, with its defaults; the reference page is made from the descriptions. */
import * as z from "zod";
import { serverPort } from "../../protocols/rooms/limits.ts";
import { isMemberAddress, portOf } from "../../protocols/rooms/names.ts";
import type { RoomsConfig } from "../../protocols/rooms/peer/contract.ts";

/** As long as names of hosts can be. */
const hostPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?\.?$/;

const needed = "must be the room server, such as rooms.example.org:32340 or 192.168.1.15";

export const roomsConfig = z.strictObject({
  server: z
    .string({ error: needed })
    .refine((text) => serverIn(text) !== undefined, { error: needed })
    .describe(
      `The room server, HOST:PORT or HOST; its port is ${serverPort} where none is named. There is no network without it.`,
    ),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .optional()
    .describe(
      "Our own port for links and pokes, TCP and UDP; others are told it. Without it: a free one, another at each start.",
    ),
  address: z
    .string()
    .refine(isIpv4, { error: "must be an IPv4 address such as 192.168.1.15" })
    .optional()
    .describe(
      "Our own address, which others are told and on which we listen. Without it: the one from which the server is reached.",
    ),
});

export type RoomsSettings = z.output<typeof roomsConfig>;

/** What has passed the schema, as the machine takes it. */
export function configOf({ server, port, address }: RoomsSettings): RoomsConfig {
  const at = serverIn(server) ?? { host: server, port: serverPort };
  return { server: at, port: port ?? 0, ...(address !== undefined && { address }) };
}

function serverIn(text: string): RoomsConfig["server"] | undefined {
  const [host = "", port = String(serverPort), ...more] = text.split(":");
  const number = portOf(port);
  const isHost = /^[0-9.]+$/.test(host) ? isIpv4(host) : hostPattern.test(host);
  return more.length === 0 && isHost && number !== undefined ? { host, port: number } : undefined;
}

function isIpv4(text: string): boolean {
  return text !== "localhost" && isMemberAddress(text);
}
