/** What programs and people on this machine hand in: lines of requests, the configuration, a history to import. */
import { describe, expect } from "vitest";
import { parse, TomlError } from "smol-toml";
import { Lines } from "../../src/api/lines.ts";
import { methods } from "../../src/api/methods.ts";
import { batchMax, toRequest } from "../../src/api/request.ts";
import { requestBytesMax } from "../../src/api/wire.ts";
import { KithError } from "../../src/base/errors.ts";
import { seededRandom, wholeBetween } from "../../src/base/random.ts";
import { Config, type Sources } from "../../src/daemon/config.ts";
import { isHeader, toRecord } from "../../src/daemon/history-file.ts";
import { lanConfig } from "../../src/networks/lan/settings.ts";
import * as corpus from "./corpus.ts";
import { chunks } from "./chunks.ts";
import { fuzzBytes, fuzzText, specimen } from "./fuzz.ts";

describe("requests", () => {
  fuzzText("a line is a request that can be answered, or a KithError", corpus.requests, (text) => {
    const asked = toRequest(text);
    if (!asked.ok) {
      expect(asked.problem).toBeInstanceOf(KithError);
      return asked.problem.code + String(asked.problem.details["problem"]);
    }
    const requests = Array.isArray(asked.value) ? asked.value : [asked.value];
    expect(requests.length >= 1 && requests.length <= batchMax && text.length <= requestBytesMax).toBe(true);
    return requests
      .map(({ method, params }) => `${method.slice(0, 20)} ${judgedParameters(method, params)}`)
      .join(" ");
  });

  const twoLines = specimen(`${corpus.requests[0]}\n\n${corpus.requests[1]}\n`);
  fuzzBytes("lines are the same however the bytes come in", [twoLines, specimen("ab\ncd\n")], (bytes) => {
    const lengthMax = 120;
    const whole = readLines([bytes], lengthMax);
    const random = seededRandom(bytes.length);
    expect(
      readLines(
        chunks(bytes, () => wholeBetween(random, 1, 9)),
        lengthMax,
      ),
    ).toEqual(whole);
    expect(
      readLines(
        chunks(bytes, () => 1),
        lengthMax,
      ),
    ).toEqual(whole);
    expect(whole).toEqual(plainLines(bytes, lengthMax));
    return [...new Set(whole.map((line) => line.slice(0, 3)))].join(" ");
  });
});

describe("the configuration", () => {
  const keys = Object.fromEntries(
    Object.entries(lanConfig.shape).map(([key, schema]) => [`lan.${key}`, schema]),
  );
  const nothing: Sources = { flags: {}, environment: {}, file: {}, fileName: "config.toml" };
  const judged = (sources: Partial<Sources>): string => {
    try {
      const config = new Config({ ...nothing, ...sources }, keys);
      return config
        .keys()
        .map((key) => config.setting(key).from.charAt(0))
        .join("");
    } catch (error) {
      if (!(error instanceof KithError)) throw error;
      return error.code; // translated: it is what a person is told
    }
  };

  fuzzText("a file is understood, or the line is named that cannot be", corpus.configs, (text) => {
    try {
      return judged({ file: flat(parse(text)) });
    } catch (error) {
      if (!(error instanceof TomlError)) throw error;
      expect(error.line).toBeGreaterThan(0);
      return "not TOML"; // translated: so does the reader of the file
    }
  });

  fuzzText(
    "the words of a flag or a variable are a value, or are refused by name",
    corpus.configWords,
    (text) => {
      const names = [...Object.keys(keys), "api.http", "log.level", "networks.autoconnect", "profile.name"];
      const key = names[text.length % names.length] ?? "";
      return [judged({ flags: { [key]: text } }), judged({ environment: { [`KITH_${text}`]: text } })].join(
        " ",
      );
    },
    2,
  );
});

describe("a history that is imported", () => {
  fuzzText("a line is a message, or is passed over", corpus.importLines, (text) => {
    const record = toRecord(text);
    if (record === undefined) return String(isHeader(text));
    // What was read can be written, and is read again as the same.
    expect(JSON.stringify(toRecord(JSON.stringify(record)))).toBe(JSON.stringify(record));
    return [record.conversation.kind, record.message.body.kind, Object.keys(record.message).length].join(" ");
  });
});

function judgedParameters(method: string, params: unknown): boolean {
  const known = Object.entries(methods).find(([name]) => name === method)?.[1];
  return known?.params.safeParse(params ?? {}).success === true;
}

function readLines(pieces: readonly Uint8Array[], lengthMax: number): readonly string[] {
  const lines = new Lines(lengthMax);
  const read: string[] = [];
  for (const piece of pieces) {
    for (const line of lines.take(piece)) {
      // The size that is told is what had come by then: it depends on the pieces, and nothing else may.
      read.push(line.kind === "line" ? `text ${line.text}` : line.kind);
      if (line.kind === "too-long") return read;
    }
  }
  return read;
}

function plainLines(bytes: Uint8Array, lengthMax: number): readonly string[] {
  const read: string[] = [];
  const lines = Buffer.from(bytes).toString("latin1").split("\n");
  for (const [i, line] of lines.entries()) {
    const raw = Buffer.from(line, "latin1");
    if (raw.length > lengthMax) return [...read, "too-long"];
    if (i === lines.length - 1 || line === "") continue;
    const text = raw.toString("utf8");
    read.push(Buffer.from(text).equals(raw) ? `text ${text}` : "not-text");
  }
  return read;
}

/** Tables put together to dotted keys, as the reader of the file does. */
function flat(table: Readonly<Record<string, unknown>>, prefix = ""): Readonly<Record<string, unknown>> {
  const flattened = new Map<string, unknown>();
  for (const [key, value] of Object.entries(table)) {
    const isTable =
      typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
    const entries = isTable
      ? Object.entries(flat({ ...value }, `${prefix}${key}.`))
      : [[`${prefix}${key}`, value] as const];
    for (const [name, inner] of entries) flattened.set(name, inner);
  }
  return Object.fromEntries(flattened);
}
