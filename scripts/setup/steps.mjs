/** Shows set-up's progress: one calm line a step, with its time. */

/**
 * @template T
 * @param {string} doing
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(doing, work) {
  const startedAt = Date.now();
  process.stdout.write(`${doing} ... `);
  try {
    const result = await work();
    process.stdout.write(`done in ${((Date.now() - startedAt) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (thrown) {
    process.stdout.write("failed\n");
    throw thrown;
  }
}
