/** Small pieces of Markdown that generated pages are made of. */

export const generatedNotice = "<!-- Made by `npm run docs` from the code; changes belong there. -->";

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows]
    .map((cells) => `| ${cells.map(inCell).join(" | ")} |`)
    .join("\n");
}

/** A cell is one line and may not hold the sign that ends it. */
function inCell(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|");
}
