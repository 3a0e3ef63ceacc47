/** The chat on the terminal it is started on, over a scripted daemon: Ece answers whatever is sent to her. */
import { runProgram } from "../../src/faces/cli/program.ts";
import { FakeDaemon } from "../../src/faces/cli/testing/daemon.ts";

const daemon = new FakeDaemon();
const ece = daemon.addPerson("Ece");
daemon.open(ece);
const send = daemon.own["messages.send"];
daemon.answers["messages.send"] = (params) => {
  const message = send(params);
  setImmediate(() => {
    daemon.settle(message, { state: "delivered" });
    daemon.hear(ece, `you said: ${params.text}`);
  });
  return message;
};
process.exitCode = await runProgram(process.argv.slice(2), daemon.parts());
