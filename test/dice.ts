/** Every run of the property tests throws the same dice, so that a red run means the change at hand. TEST_DICE throws others. */
import fc from "fast-check";

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env["TEST_DICE"] ?? 1) });
