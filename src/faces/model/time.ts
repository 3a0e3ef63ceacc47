/** Moments in a person's own words: clock times, days, and how long ago. */
import { once } from "../../base/once.ts";
import { dayMs, hourMs, minuteMs, secondMs } from "../../base/time.ts";

/** How a person writes times; both absent: as the system does. */
export interface TimeStyle {
  readonly locale?: string;
  readonly zone?: string;
}

export interface Clock {
  /** 22:04, or 10:04 PM. */
  time(wall: number): string;
  /** Monday, 23 November 2026. */
  day(wall: number): string;
  /** 2026-11-23 22:04, for lists. */
  moment(wall: number): string;
  /** Whether both are on one day. */
  sameDay(a: number, b: number): boolean;
}

/** Moments beyond what a calendar knows (a sender may claim any) are shown as this. */
const unknownMoment = "--:--";
/** ECMA-262: a time value is at most this far from 1970. */
const wallMax = 8.64e15;

export function clockOf({ locale, zone }: TimeStyle): Clock {
  const inZone = zone === undefined ? {} : { timeZone: zone };
  // Most verbs show no time: none of these is made before it is used.
  const time = formatter(locale, { hour: "2-digit", minute: "2-digit", ...inZone });
  const day = formatter(locale, { dateStyle: "full", ...inZone });
  // Swedish dates are ISO 8601's: they sort, and no locale misreads them.
  const date = formatter("sv", { dateStyle: "short", ...inZone });
  const moment = formatter("sv", { dateStyle: "short", timeStyle: "short", ...inZone });
  return { time, day, moment, sameDay: (a, b) => date(a) === date(b) };
}

function formatter(
  locale: string | undefined,
  options: Intl.DateTimeFormatOptions,
): (wall: number) => string {
  const format = once(() => new Intl.DateTimeFormat(locale, options));
  return (wall) => (Math.abs(wall) <= wallMax ? format().format(wall) : unknownMoment);
}

/** "3 h", "40 s", "2 days": one unit, rounded down, at least a second. */
export function span(ms: number): string {
  if (ms < minuteMs) return `${Math.max(1, Math.floor(ms / secondMs))} s`;
  if (ms < hourMs) return `${Math.floor(ms / minuteMs)} min`;
  if (ms < 2 * dayMs) return `${Math.floor(ms / hourMs)} h`;
  return `${Math.floor(ms / dayMs)} days`;
}

export function ago(wall: number, now: number): string {
  return now - wall < 5 * secondMs ? "just now" : `${span(now - wall)} ago`;
}

export function until(wall: number, now: number): string {
  return wall <= now ? "now" : `in ${span(wall - now)}`;
}
