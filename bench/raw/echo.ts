/**
 * The limit for messages: plain TCP from one process to another, nothing sealed, nothing stored.
 * `echo.ts serve <address>` answers with what it reads; `echo.ts ask <address>` takes orders, one a line:
 * `alone <count>`: that many connections one after the other, each 100 bytes there and back, tells the ms of each;
 * `many <at once> <ms>`: as many as possible in that time, tells how many.
 */
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

const port = 7_000;
const bytes = Buffer.alloc(100, "x");

const [, , what, address = ""] = process.argv;
if (what === "serve") serve();
else ask();

function serve(): void {
  const server = createServer((socket) => {
    socket.on("data", (heard) => socket.end(heard)).on("error", () => socket.destroy());
  });
  server.listen(port, address, () => console.log("ready"));
}

function ask(): void {
  createInterface({ input: process.stdin }).on("line", (line) => {
    const [order, ...numbers] = line.split(" ");
    const [first = 0, second = 0] = numbers.map(Number);
    void (order === "alone" ? alone(first) : many(first, second)).then((told) =>
      console.log(JSON.stringify(told)),
    );
  });
  console.log("ready");
}

async function alone(count: number): Promise<number[]> {
  const took: number[] = [];
  for (let left = count; left > 0; left--) {
    const begin = performance.now();
    await once();
    took.push(performance.now() - begin);
  }
  return took;
}

async function many(atOnce: number, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let count = 0;
  const lane = async (): Promise<void> => {
    for (; performance.now() < end; count++) await once();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return count;
}

function once(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address, () => socket.end(bytes));
    socket
      .on("data", () => undefined)
      .on("close", () => resolve())
      .on("error", reject);
  });
}
