/** The only place that writes escape sequences for looks: spans become a line of a terminal, and no text of theirs can steer it. */
import { harmlessBody } from "../../base/harmless.ts";
import type { Span, Spans, Style } from "../model/spans.ts";

/** How much a terminal may be asked for. */
export type Colours = "none" | "full";

/** Of the 256 colours, so that each can be read on dark and on light. */
const sgrOfStyle: Readonly<Record<Style, string>> = {
  dim: "38;5;245",
  strong: "1",
  italic: "3",
  strike: "9",
  underline: "4",
  code: "38;5;137",
  link: "4",
  warning: "38;5;172",
  good: "38;5;71",
  bad: "1;38;5;167",
};
const sgrOfHue: readonly number[] = [33, 37, 71, 98, 107, 130, 133, 136, 161, 166, 169, 67];

export function paint(spans: Spans, colours: Colours): string {
  return spans.map((span) => paintSpan(span, colours)).join("");
}

function paintSpan({ text, styles = [], hue }: Span, colours: Colours): string {
  // The last barrier: whoever made the span, what is in it is shown and not obeyed.
  const shown = harmlessBody(text).replaceAll("\n", "\u240a");
  const codes = [...styles.map((style) => sgrOfStyle[style]), ...hueCodes(hue)];
  return colours === "none" || codes.length === 0 || shown === ""
    ? shown
    : `\u001b[${codes.join(";")}m${shown}\u001b[0m`;
}

function hueCodes(hue: number | undefined): readonly string[] {
  return hue === undefined ? [] : [`38;5;${sgrOfHue[hue % sgrOfHue.length] ?? 37}`];
}
