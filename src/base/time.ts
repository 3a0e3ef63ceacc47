/** The moment in which something is handled, as told to code that has no clock of its own. */
export interface Now {
  /** Milliseconds since 1970. May step either way at any time: shown and stored, never waited for. */
  readonly wall: number;
  /** Milliseconds since some fixed moment. Never goes back: every timer uses it. */
  readonly mono: number;
}

export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;
