/** What was opened, to be given back in reverse order, each within its time. */

type Step = () => unknown;

export class Ending {
  readonly #steps: { readonly what: string; readonly step: Step }[] = [];
  #run: Promise<void> | undefined;

  add(what: string, step: Step): void {
    this.#steps.push({ what, step });
  }

  /**
   * Once. A step that fails or takes longer than `msMax` does not keep the others from their turn.
   * @param failed told of each of those
   */
  run(msMax: number, failed: (what: string, error: unknown) => void): Promise<void> {
    return (this.#run ??= this.#runSteps(msMax, failed));
  }

  async #runSteps(msMax: number, failed: (what: string, error: unknown) => void): Promise<void> {
    for (const { what, step } of this.#steps.reverse()) {
      try {
        await within(msMax, step);
      } catch (error) {
        failed(what, error); // told; the rest is given back all the same
      }
    }
  }
}

async function within(ms: number, step: Step): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`took longer than ${ms} ms`)), ms);
  try {
    await Promise.race([step(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
