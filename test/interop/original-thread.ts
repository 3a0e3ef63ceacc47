/** A rooms program of others in a thread of its own: says what has become of it whenever something has arrived. */
import { parentPort, workerData } from "node:worker_threads";
import { Original } from "../../src/sim/rooms/original.ts";
import { NodeGround } from "./node-ground.ts";
import type { OriginalOrder, OriginalOutfit, OriginalState } from "./original-here.ts";

const { me, server, room, habits } = workerData as OriginalOutfit;
const echoes: string[] = [];

function tell(): void {
  const { shown, pokedBy, answersToPokes, members, links } = program;
  const state: OriginalState = { shown, pokedBy, answersToPokes, members, links, echoes };
  parentPort?.postMessage(state);
}

const ground = new NodeGround(me.ip, tell);
const program = new Original({
  ...{ ground, server, room, me, habits },
  echoed: (_, content) => echoes.push(content),
});

parentPort?.on("message", (order: OriginalOrder) => {
  if (order.kind === "say") program.say(order.content);
  else if (order.kind === "poke") program.poke(order.user);
  else {
    program.quit();
    ground.end();
    process.exit(); // of this thread alone
  }
});
