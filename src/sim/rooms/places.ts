/** Where the people of a world with rooms meet. */
import type { Address } from "../../protocols/machine.ts";

export const serverAddress: Address = { host: "10.0.0.250", port: 32_340 };

/** Everybody is there in the end. */
export const commons = "commons";
/** Some go there for a while. */
export const annex = "annex";
