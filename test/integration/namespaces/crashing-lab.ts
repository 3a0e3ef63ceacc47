/** A test that does not come to its end: makes a lab with a faulty switch, says so, and waits to be killed. */
import { FaultySwitch } from "./faulty-switch.ts";
import { NamespaceLab } from "./harness.ts";

const lab = new NamespaceLab(new FaultySwitch(1));
lab.host("alice").spawn("sleep", ["1000"], { stdio: "ignore" });
console.log("made");
process.stdin.resume();
