/** Damaged connections to the LAN machines: what they say does not depend on how the network cuts them. */
import { describe, expect } from "vitest";
import { fromUtf8Leniently } from "../../src/base/bytes.ts";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { isSealed } from "../../src/protocols/lan/classic.ts";
import { messageBytesMax } from "../../src/protocols/lan/classic-dialect.ts";
import { silenceMs } from "../../src/protocols/lan/inbound.ts";
import { chunks } from "./chunks.ts";
import * as corpus from "./corpus.ts";
import { fuzzBytes } from "./fuzz.ts";
import { heardOver, variants } from "./one-link.ts";
import { plainTexts } from "./plain-readers.ts";

const streams = { classic: corpus.classicStreams, "2025": corpus.streams2025 } as const;
/** More chunks than this would only make the test slow. */
const chunksMax = 60;

describe.each(variants)("connections of the variant %s", (variant) => {
  fuzzBytes(
    `say the same in any chunks (${variant})`,
    streams[variant],
    (bytes) => {
      const whole = heardOver(variant, [bytes]).map(refused);
      const random = seededRandom(bytes.length);
      const most = 2 * Math.ceil(bytes.length / chunksMax) + 6;
      const cut = chunks(bytes, () => wholeBetween(random, 1, most));
      expect(heardOver(variant, cut).map(refused)).toEqual(whole);
      return whole
        .map((line) => line.replace(/[0-9a-f]{8,}|"text":.*/g, ""))
        .join(" ")
        .slice(0, 120);
    },
    10,
  );
});

describe("plain text", () => {
  fuzzBytes(
    "is what comes before each silence, read as plainly as can be",
    corpus.classicStreams,
    (bytes) => {
      const random = seededRandom(bytes.length);
      const said = chunks(bytes, () => wholeBetween(random, 1, 40)).slice(0, 40);
      if (said.some((message) => isSealed(message) !== false) || bytes.length > messageBytesMax)
        return "not plain";
      const heard = heardOver("classic", said, silenceMs).flatMap((line) => textIn(line));
      expect(heard).toEqual(plainTexts(said, "bob"));
      return `${Math.min(heard.length, 5)} ${said.some((message) => fromUtf8Leniently(message).includes("\ufffd"))}`;
    },
    4,
  );
});

/** What is both too long and malformed is refused for what is noticed first. */
function refused(line: string): string {
  return line.replace(/^message-(?:too-long|malformed)$/, "refused");
}

function textIn(line: string): readonly string[] {
  if (!line.startsWith("[")) return [];
  const arrival: unknown = JSON.parse(line);
  const body: unknown = Array.isArray(arrival) ? arrival[1] : undefined;
  return typeof body === "object" && body !== null && "text" in body ? [String(body.text)] : [];
}
