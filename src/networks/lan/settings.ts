/** What can be configured about this network, with its defaults; the reference page is made from the descriptions. */
import * as z from "zod";
import { isIpv4 } from "../../protocols/lan/sockets.ts";

/** A lab of five hundred people on loopback addresses, each told of all others. */
export const targetsMax = 1_024;

const ports = { classic: { udp: 5_000, tcp: 5_001 }, "2025": { udp: 6_000, tcp: 6_001 } } as const;

const ipv4 = z.string().refine(isIpv4, { error: "must be an IPv4 address such as 192.168.1.15" });
const port = z.int().min(1).max(65_535);

export const lanConfig = z.strictObject({
  address: ipv4
    .optional()
    .describe(
      "The one address to speak from and to listen on, where several people share a computer. Without it: all addresses.",
    ),
  targets: z
    .array(ipv4)
    .max(targetsMax)
    .default([])
    .describe(
      "Addresses that are announced to besides the broadcast addresses, for networks that drop broadcasts.",
    ),
  udpPort: port
    .optional()
    .describe("Port for announcements: 5000, or 6000 in the variant of 2025. All must use the same."),
  tcpPort: port
    .optional()
    .describe("Port for messages: 5001, or 6001 in the variant of 2025. All must use the same."),
  variant: z
    .enum(["classic", "2025"])
    .default("classic")
    .describe(
      "The wire: classic, or that of the programs of 2025, which is never secure whatever it calls itself.",
    ),
  log: z
    .union([z.boolean(), z.string().min(1)])
    .optional()
    .describe(
      "The chat log in plain text: a file, true for chat-log.txt in the profile's folder, or false. True unless a passphrase is set.",
    ),
});

export type LanSettings = z.output<typeof lanConfig>;

export function portsOf(settings: LanSettings): { readonly udpPort: number; readonly tcpPort: number } {
  const usual = ports[settings.variant];
  return { udpPort: settings.udpPort ?? usual.udp, tcpPort: settings.tcpPort ?? usual.tcp };
}
