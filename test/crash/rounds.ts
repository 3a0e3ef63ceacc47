/** How much the crash tests do: a little in every run of the tests, much with TEST_CRASH_ROUNDS=long. */

const chosen = process.env["TEST_CRASH_ROUNDS"];

/** TEST_CRASH_ROUNDS is "long" or a part of it: 0.1 is a tenth. */
export function rounds({ usual, long }: { readonly usual: number; readonly long: number }): number {
  if (chosen === undefined || chosen === "") return usual;
  return chosen === "long" ? long : Math.max(1, Math.ceil(long * Number(chosen)));
}

/** Figures for whoever reads the output of the run. */
export function tell(...figures: readonly string[]): void {
  process.stdout.write(`${figures.join("; ")}\n`);
}
