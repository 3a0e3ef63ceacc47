/** Sound cables from every host of a lab to a bridge of the kernel's, which has a namespace of its own. */
import { ip, makeNamespace, removeNamespace } from "./namespaces.ts";
import type { Wiring } from "./wiring.ts";

export class Cables implements Wiring {
  readonly #namespace = makeNamespace("bridge");
  readonly #cables = new Map<string, string>();

  constructor() {
    ip("-n", this.#namespace, "link", "add", "br0", "type", "bridge");
    ip("-n", this.#namespace, "link", "set", "br0", "up");
  }

  connect(host: string, namespace: string): void {
    const cable = `cable${this.#cables.size + 1}`;
    this.#cables.set(host, cable);
    const here = ["-n", this.#namespace, "link"] as const;
    ip(...here, "add", cable, "type", "veth", "peer", "name", "eth0", "netns", namespace);
    ip(...here, "set", cable, "master", "br0", "up");
  }

  plug(host: string, state: "in" | "out"): void {
    const cable = this.#cables.get(host) ?? host;
    ip("-n", this.#namespace, "link", "set", cable, state === "in" ? "up" : "down");
  }

  close(): void {
    removeNamespace(this.#namespace);
  }
}
