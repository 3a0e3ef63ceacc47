/** The networks that the simulated world knows. */
import { lanPlug } from "./lan/plug.ts";
import type { Plug } from "./plug.ts";
import { roomsPlug } from "./rooms/plug.ts";

export const plugs: readonly Plug[] = [lanPlug, roomsPlug];

export function plugOf(kind: string): Plug | undefined {
  return plugs.find((plug) => plug.kind === kind);
}
