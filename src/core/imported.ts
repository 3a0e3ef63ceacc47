/** Remembers which numbers an import has given out, in its own transaction: those messages were not said here. */
import type { SettingStore } from "./ports/store.ts";
import { corePrefix } from "./profile.ts";

const key = `${corePrefix}imported`;

/**
 * Stretches of numbers; a slice that follows the one before makes it longer. Whoever asks goes on from a number that
 * lags some seconds behind, so the oldest can be forgotten.
 */
export const stretchesMax = 500;

type Stretch = readonly [from: number, to: number];

export class Imported {
  readonly #settings: SettingStore;

  constructor(settings: SettingStore) {
    this.#settings = settings;
  }

  add(from: number, to: number): void {
    const before = this.#stretches();
    const last = before.at(-1);
    const follows = last?.[1] === from - 1;
    const all = follows ? [...before.slice(0, -1), [last[0], to]] : [...before, [from, to]];
    this.#settings.put(
      key,
      all
        .slice(-stretchesMax)
        .map((stretch) => stretch.join("-"))
        .join(" "),
    );
  }

  has(number: number): boolean {
    return this.#stretches().some(([from, to]) => from <= number && number <= to);
  }

  #stretches(): readonly Stretch[] {
    const text = this.#settings.get(key) ?? "";
    return text.split(" ").flatMap((stretch) => {
      const [from, to] = stretch.split("-").map(Number);
      return from === undefined || to === undefined ? [] : [[from, to] as const];
    });
  }
}
