/** Draws a table of states, and of what leads from one to another, as a diagram that Markdown pages show. */

export type StateTable = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** `start`: the state in which everything begins. */
export function stateDiagram(table: StateTable, start: string): string {
  const lines = [`[*] --> ${start}`];
  for (const [state, steps] of Object.entries(table)) {
    for (const [next, names] of Map.groupBy(Object.keys(steps), (step) => steps[step] ?? ""))
      lines.push(`${state} --> ${next}: ${names.join(", ")}`);
    if (Object.keys(steps).length === 0) lines.push(`${state} --> [*]`);
  }
  return ["```mermaid", "stateDiagram-v2", ...lines.map((line) => `  ${line}`), "```"].join("\n");
}
