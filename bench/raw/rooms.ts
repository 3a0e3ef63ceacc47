/**
 * The room server's limit, and those who load it and us alike.
 * `rooms.ts serve <address> <bytes>`: plain TCP that answers whatever it reads with so many bytes.
 * `rooms.ts crowd <address> <port> <first room> <rooms> <members of each>` takes orders, one a line: `join <at once>` and
 * `renew <a second> <seconds>`, each of which tells the ms that each had to wait.
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { Crowd } from "../../test/rooms/crowd.ts";

const [, , what, address = "", ...numbers] = process.argv;
const [first = 0, second = 0, third = 0, fourth = 0] = numbers.map(Number);
if (what === "serve") serve(first);
else await load();

function serve(bytes: number): void {
  const reply = Buffer.from(`M:${"x".repeat(bytes - 6)}::\r\n`);
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("data", () => socket.write(reply)).on("error", () => socket.destroy());
  });
  server.listen(0, address, () => {
    const at = server.address();
    console.log(`ready ${typeof at === "object" && at !== null ? at.port : ""}`);
  });
}

async function load(): Promise<void> {
  const at = { host: address, port: first };
  const crowd = await Crowd.connect({ at, firstRoom: second, rooms: third, perRoom: fourth });
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [order, ...words] = line.split(" ");
    const [one = 0, two = 0] = words.map(Number);
    const took = order === "join" ? await crowd.join(one) : await crowd.renew(one, two);
    console.log(`took ${JSON.stringify(took)}`);
  }
}
