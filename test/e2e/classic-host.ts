/** A classic program on a host of its own: announces itself to a neighbour again and again, prints what arrives. */
import { ClassicProgram } from "../interop/classic-program.ts";

const announcementsEveryMs = 1_000;

const [name = "", address = "", neighbour = ""] = process.argv.slice(2);
const program = await ClassicProgram.start(name, address);
program.announce(neighbour);
setInterval(() => {
  program.announce(neighbour);
}, announcementsEveryMs);
for (let told = 0; ; told++) {
  console.log(await program.until(() => program.printed[told]));
}
