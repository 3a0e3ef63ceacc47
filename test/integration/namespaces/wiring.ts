/** What joins the hosts of a lab. */
export interface Wiring {
  /** Gives the namespace its interface `eth0`, with the cable in. */
  connect(host: string, namespace: string): void;
  plug(host: string, state: "in" | "out"): void;
  close(): void;
}
