/** What the network does to what is sent over it: loss, delay, duplication and cutting into pieces, by dice. */
import type { Random } from "../base/random.ts";

export interface Weather {
  /** Shares of 1. What a stream loses it sends again, so that there a loss is a delay. */
  readonly loss: number;
  readonly duplicates: number;
  readonly delayLeastMs: number;
  readonly delayMostMs: number;
  /** Share of the stream segments that arrive in random pieces. */
  readonly pieces: number;
  /** What a stream takes in before the receiver has read it: bytes. */
  readonly window: number;
}

/** A cable in the same room. */
export const fairWeather: Weather = {
  loss: 0,
  duplicates: 0,
  delayLeastMs: 0.1,
  delayMostMs: 1,
  pieces: 0,
  window: 65_536,
};

/** Inside one host nothing is lost and nothing waits. */
export const indoors: Weather = { ...fairWeather, delayLeastMs: 0.01, delayMostMs: 0.02 };

export function delayMs(weather: Weather, random: Random): number {
  // Squared, so that most of it is quick and the rare slow one overtakes nobody.
  const share = random.fraction() ** 2;
  return weather.delayLeastMs + share * (weather.delayMostMs - weather.delayLeastMs);
}

/** How many bytes of `length` travel together. */
export function pieceLength(weather: Weather, random: Random, length: number): number {
  if (length <= 1 || random.fraction() >= weather.pieces) return length;
  return 1 + Math.floor(random.fraction() * (length - 1));
}
