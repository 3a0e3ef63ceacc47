/** What a benchmark finds out: one value for each repetition, beside those of the raw limit, and what we aim at. */

export type Unit = "µs" | "ms" | "s" | "MB" | "/s" | "×";

export interface Measured {
  readonly what: string;
  /** One for each repetition. */
  readonly values: readonly number[];
}

export type Aim = { readonly atMost: number } | { readonly atLeast: number };

export interface Figure extends Measured {
  readonly unit: Unit;
  /** What the machine does without us, measured in the same repetitions: the n-th beside our n-th. */
  readonly raw: Measured;
  readonly aim?: Aim;
}

export interface Summary {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Quick finds mistakes in the benchmarks in two minutes; its figures are too few to be published. */
export interface Scale {
  readonly quick: boolean;
}

/** Prepares, measures, and leaves nothing behind. */
export type Bench = (scale: Scale) => Promise<readonly Figure[]>;

/** The value below which the fraction lies, the nearest that was measured. Of nothing there is none. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return valueAt(sorted, Math.min(sorted.length - 1, Math.floor(sorted.length * fraction)));
}

/** The mean of the two in the middle where there are two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (valueAt(sorted, Math.floor(middle)) + valueAt(sorted, Math.ceil(middle))) / 2;
}

function valueAt(sorted: readonly number[], at: number): number {
  const value = sorted[at];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

export function summaryOf(values: readonly number[]): Summary {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/** How often the raw limit goes into our value: the median over the repetitions, each with its own neighbour. */
export function ratioOf({ values, raw }: Figure): number {
  const pairs = values.flatMap((value, at) => {
    const limit = raw.values[at];
    return limit === undefined ? [] : [value / limit];
  });
  return median(pairs);
}

/** Judged by the median; undefined where nothing is aimed at. */
export function isMet({ values, aim }: Figure): boolean | undefined {
  if (aim === undefined) return undefined;
  const { median: found } = summaryOf(values);
  return "atMost" in aim ? found <= aim.atMost : found >= aim.atLeast;
}

/** Values of several things, taken in turns so that what disturbs the machine disturbs all of them. */
export class Series<Name extends string> {
  readonly #values = new Map<Name, number[]>();

  add(name: Name, value: number): void {
    const known = this.#values.get(name);
    if (known === undefined) this.#values.set(name, [value]);
    else known.push(value);
  }

  of(name: Name, what: string = name): Measured {
    return { what, values: this.#values.get(name) ?? [] };
  }
}

/** Milliseconds that the work took. */
export async function timed(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** Milliseconds of work that waits for nothing. */
export function timedNow(work: () => unknown): number {
  const begin = performance.now();
  work();
  return performance.now() - begin;
}
