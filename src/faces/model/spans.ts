/** Styled text before a face draws it: what a span means, not how it looks; and laying spans out in lines. */
import { breakLines, cells } from "../../base/width.ts";

export type Style =
  "dim" | "strong" | "italic" | "strike" | "underline" | "code" | "link" | "warning" | "good" | "bad";

export interface Span {
  readonly text: string;
  readonly styles?: readonly Style[];
  /** Colour of a person's name: one of `hueCount`. */
  readonly hue?: number;
}

/** A line of a screen. */
export type Spans = readonly Span[];

export function plain(text: string): Span {
  return { text };
}

export function styled(text: string, ...styles: readonly Style[]): Span {
  return { text, styles };
}

export function textOf(spans: Spans): string {
  return spans.map(({ text }) => text).join("");
}

export function cellsOf(spans: Spans): number {
  return cells(textOf(spans));
}

/** Breaks spans, which may contain line breaks, into lines of at most so many cells. */
export function breakSpans(spans: Spans, cellsMax: number): readonly Spans[] {
  return breakLines(textOf(spans), cellsMax).map(({ start, end }) => slice(spans, start, end));
}

function slice(spans: Spans, start: number, end: number): Spans {
  const taken: Span[] = [];
  let at = 0;
  for (const span of spans) {
    const text = span.text.slice(Math.max(0, start - at), Math.max(0, end - at));
    if (text !== "") taken.push({ ...span, text });
    at += span.text.length;
  }
  return taken;
}
