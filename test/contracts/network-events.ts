/** Picks out of what a network has reported what a contract asks for. */
import type { DeliveryOutcome, NetworkEvent } from "../../src/core/ports/network.ts";

export function ofKind<Kind extends NetworkEvent["kind"]>(
  events: readonly NetworkEvent[],
  kind: Kind,
): readonly Extract<NetworkEvent, { readonly kind: Kind }>[] {
  return events.filter(
    (event): event is Extract<NetworkEvent, { readonly kind: Kind }> => event.kind === kind,
  );
}

export function outcomes(events: readonly NetworkEvent[]): readonly DeliveryOutcome[] {
  return ofKind(events, "delivery").map((event) => event.outcome);
}

export function text(what: string): { readonly kind: "text"; readonly text: string } {
  return { kind: "text", text: what };
}
