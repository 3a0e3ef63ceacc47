/** Our own port: one number for TCP, on which members call, and for UDP, on which they poke. */
import { minuteMs, secondMs, type Now } from "../../../base/time.ts";
import type { LinkTrouble, SocketName } from "../../machine.ts";
import { troubleWhy, type Emit, type RoomsWhy } from "./contract.ts";

export const listener: SocketName = "members";
export const datagramSocket: SocketName = "pokes";

/** Ports of the system's choice that are tried until one is free for UDP as well. */
export const choicesMax = 8;
const firstRetryMs = secondMs;
/** A port stays taken for long; the doctor shows when the next try comes. */
const retryMsMax = minuteMs;

type State =
  | { readonly kind: "closed" }
  | { readonly kind: "opening"; readonly half: "tcp" }
  | { readonly kind: "opening"; readonly half: "udp"; readonly port: number }
  | { readonly kind: "open"; readonly port: number }
  | { readonly kind: "failed"; readonly why: RoomsWhy; readonly retryAt: number };

/**
 * Invariants: open means both halves on one number; whatever half is there when the other cannot be had is given back;
 * what failed is tried again. A number that others were told is kept for as long as it can be had.
 */
export class OwnPort {
  readonly #wanted: number;
  readonly #emit: Emit;
  /** Whether others were told the number. */
  readonly #isTold: () => boolean;
  #state: State = { kind: "closed" };
  #host = "";
  /** The number that was had last. */
  #had: number | undefined;
  #choices = 0;
  #failures = 0;

  constructor(wanted: number, isTold: () => boolean, emit: Emit) {
    this.#wanted = wanted;
    this.#isTold = isTold;
    this.#emit = emit;
  }

  /** Undefined unless both halves are open. */
  get port(): number | undefined {
    return this.#state.kind === "open" ? this.#state.port : undefined;
  }

  get failed(): { readonly why: RoomsWhy; readonly retryAt: number } | undefined {
    return this.#state.kind === "failed" ? this.#state : undefined;
  }

  get wakeAt(): number | undefined {
    return this.failed?.retryAt;
  }

  /** The number in force, or the one that is wanted; 0 where the system is to choose. */
  get number(): number {
    if (this.#state.kind === "open") return this.#state.port;
    return this.#wanted === 0 && this.#isTold() ? (this.#had ?? 0) : this.#wanted;
  }

  /** Opens it on this address, unless it is there already. */
  open(host: string): void {
    if (this.#state.kind !== "closed" && host === this.#host) return;
    this.close();
    this.#host = host;
    this.#begin();
  }

  close(): void {
    const { kind } = this.#state;
    if (kind === "opening" || kind === "open") this.#emit({ kind: "unlisten", name: listener });
    if (kind === "open" || (this.#state.kind === "opening" && this.#state.half === "udp"))
      this.#emit({ kind: "unbind", socket: datagramSocket });
    this.#state = { kind: "closed" };
    this.#choices = 0;
  }

  /** True when the port is open now. */
  opened(name: SocketName, port: number): boolean {
    if (this.#state.kind !== "opening") return false;
    if (name === listener && this.#state.half === "tcp") {
      this.#state = { kind: "opening", half: "udp", port };
      this.#emit({ kind: "bind", socket: datagramSocket, at: { host: this.#host, port }, broadcast: false });
    } else if (name === datagramSocket && this.#state.half === "udp") {
      this.#had = this.#state.port;
      this.#state = { kind: "open", port: this.#state.port };
      this.#choices = 0;
      this.#failures = 0;
      return true;
    }
    return false;
  }

  failedToOpen(name: SocketName, why: LinkTrouble, now: Now): void {
    const state = this.#state;
    if (state.kind === "closed" || state.kind === "failed") return;
    const number = state.kind === "opening" && state.half === "tcp" ? this.number : state.port;
    if (name === datagramSocket) this.#emit({ kind: "unlisten", name: listener });
    else if (state.kind === "open") this.#emit({ kind: "unbind", socket: datagramSocket });
    this.#choices += 1;
    const wasChosen = name === datagramSocket && state.kind === "opening" && this.#mayChoose();
    if (wasChosen && this.#choices < choicesMax) this.#begin();
    else this.#fail(name, number, why, now);
  }

  wake(now: Now): void {
    if (this.#state.kind === "failed" && now.mono >= this.#state.retryAt) this.#begin();
  }

  #mayChoose(): boolean {
    return this.#wanted === 0 && !(this.#isTold() && this.#had !== undefined);
  }

  #begin(): void {
    this.#state = { kind: "opening", half: "tcp" };
    this.#emit({ kind: "listen", name: listener, at: { host: this.#host, port: this.number } });
  }

  #fail(name: SocketName, port: number, trouble: LinkTrouble, now: Now): void {
    const waitMs = Math.min(retryMsMax, firstRetryMs * 2 ** this.#failures);
    this.#failures += 1;
    this.#choices = 0;
    const { code, details } = troubleWhy(trouble);
    const what = name === listener ? "TCP" : "UDP";
    const why = { code, details: { ...details, what, port, address: this.#host } };
    this.#state = { kind: "failed", why, retryAt: now.mono + waitMs };
  }
}
