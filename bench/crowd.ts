/**
 * A program of its own: people who announce themselves, each from an address of their own on loopback, most of them
 * with a card and some as the classic programs do. Whenever it is told "answer", they wait for one announcement at the
 * first address and answer it as our own do, each at a random moment, the classic ones as if they had just started.
 */
import { createSocket } from "node:dgram";
import type { Socket } from "node:dgram";
import { createInterface } from "node:readline";
import { seededRandom } from "../src/base/random.ts";
import { createCrypto } from "../src/io/crypto.ts";
import { writeAnnouncement, writeNameAnnouncement } from "../src/protocols/lan/announcement.ts";
import { crowd } from "../src/protocols/lan/announcer.ts";
import { signCard } from "../src/protocols/lan/card.ts";
import { startOfTime } from "./made-up.ts";

/** Every so many is somebody with a classic program. */
const classicEvery = 5;
const peoplePerNetwork = 250;

/** The n-th of them. The first hears whom they answer. */
export function addressOf(person: number): string {
  return `127.1.${Math.floor(person / peoplePerNetwork)}.${(person % peoplePerNetwork) + 1}`;
}

/** Within this an announcement is answered: see `Announcer`. */
export function answeredWithinMs(people: number): number {
  return people > crowd ? 3_000 : 1_000;
}

interface Person {
  readonly socket: Socket;
  readonly announcement: Uint8Array;
}

async function run(count: number, port: number): Promise<void> {
  const people = await Promise.all(Array.from({ length: count }, (_, at) => personAt(at, port)));
  const [first] = people;
  let answers = false;
  first?.socket.on("message", (_, from) => {
    if (!answers) return;
    answers = false;
    answer(people, from.address, port);
  });
  createInterface({ input: process.stdin })
    .on("line", () => {
      answers = true;
      console.log("waiting");
    })
    .on("close", () => process.exit(0));
  console.log("ready");
}

/** The same moments every time. */
function answer(people: readonly Person[], to: string, port: number): void {
  const random = seededRandom(people.length);
  for (const { socket, announcement } of people) {
    const afterMs = random.fraction() * answeredWithinMs(people.length);
    setTimeout(() => socket.send(announcement, port, to), afterMs);
  }
}

function personAt(at: number, port: number): Promise<Person> {
  const address = addressOf(at);
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  return new Promise((resolve, reject) => {
    socket.on("error", reject);
    socket.bind(port, address, () => resolve({ socket, announcement: announcementOf(at, address) }));
  });
}

function announcementOf(at: number, address: string): Uint8Array {
  const name = `person${at}`;
  if (at % classicEvery === 0) return writeNameAnnouncement(name);
  const crypto = createCrypto();
  const random = seededRandom(at + 1);
  const key = crypto.agreementPublicKey(random.bytes(32));
  const card = signCard(crypto, random.bytes(32), { name, status: "available", key, at: startOfTime });
  return writeAnnouncement(name, address, card.json);
}

const [, main, count, port] = process.argv;
if (main === import.meta.filename) await run(Number(count), Number(port));
