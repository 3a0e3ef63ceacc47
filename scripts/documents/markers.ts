/** Puts generated text into a document that people write, between two markers. */

/** Replaces what stands between `<!-- name:begin -->` and `<!-- name:end -->`. Throws where the markers are missing. */
export function between(text: string, name: string, generated: string): string {
  const begin = `<!-- ${name}:begin -->`;
  const end = `<!-- ${name}:end -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The markers ${begin} and ${end} are missing or out of order.`);
  return `${text.slice(0, from + begin.length)}\n${generated}\n${text.slice(to)}`;
}
