/**
 * The limit for finding people: a socket that hears announcements and does nothing but count who sent them.
 * `hearing.ts <address> <port> <whom to wake> <how many>`: says "all" when so many addresses were heard.
 */
import { createSocket } from "node:dgram";

const [, , address = "", port = "", target = "", count = ""] = process.argv;
const heard = new Set<string>();
const socket = createSocket({ type: "udp4", reuseAddr: true });
socket.on("message", (_, from) => {
  heard.add(from.address);
  if (heard.size < Number(count)) return;
  console.log("all");
  socket.close();
});
socket.bind(Number(port), address, () => socket.send('{"username":"nobody"}', Number(port), target));
