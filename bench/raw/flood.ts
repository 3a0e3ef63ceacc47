/**
 * The limit for a text in a room: plain TCP in a ring, on which everybody passes on what is new to them, with no names,
 * no lists and no pace. `flood.ts <network> <members> <which> <of how many>`: the programs share the members in turns.
 */
import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { FloodOrders } from "../flood-orders.ts";

const port = 7_000;
const retryMs = 20;
const end = "\r\n";

const [, , network = "", members = "", which = "", programs = ""] = process.argv;
const count = Number(members);
const orders = new FloodOrders();
let written = 0;

class Node {
  readonly #links = new Set<Socket>();
  readonly #seen = new Set<string>();

  constructor(at: number) {
    createServer((socket) => this.#add(socket)).listen(port, addressOf(at));
  }

  dial(to: number): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ host: addressOf(to), port, noDelay: true }, () => {
        this.#add(socket);
        resolve();
      });
      socket.on("error", () => void setTimeout(() => void this.dial(to).then(resolve), retryMs));
    });
  }

  say(text: string): void {
    this.#pass(text, undefined);
  }

  #add(socket: Socket): void {
    this.#links.add(socket);
    socket.setNoDelay(true);
    let rest = "";
    socket.on("data", (bytes) => {
      const texts = (rest + bytes.toString()).split(end);
      rest = texts.pop() ?? "";
      for (const text of texts) this.#hear(text, socket);
    });
  }

  #hear(text: string, from: Socket): void {
    if (this.#seen.has(text)) return;
    orders.arrived(text);
    this.#pass(text, from);
  }

  #pass(text: string, from: Socket | undefined): void {
    this.#seen.add(text);
    for (const link of this.#links) {
      if (link === from) continue;
      link.write(text + end);
      written++;
    }
  }
}

function addressOf(at: number): string {
  return `${network}.${at + 1}`;
}

const own = Array.from({ length: count }, (_, at) => at).filter(
  (at) => at % Number(programs) === Number(which),
);
const nodes = own.map((at) => [at, new Node(at)] as const);
await Promise.all(nodes.map(([at, node]) => node.dial((at + 1) % count)));
let run = 0;
orders.serve({
  // What was said before is known: each run says something else.
  say: (text) => nodes[0]?.[1].say(text.startsWith("text 0,") ? `${text} ${++run}` : `${text} ${run}`),
  written: () => written,
  links: () => nodes.length,
});
