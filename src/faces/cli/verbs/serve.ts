/** `kith serve rooms`: a room server in the foreground, telling what happens line by line. */
import { serverWords } from "../../model/server-words.ts";
import type { Context } from "../context.ts";
import type { ServeRoomsOptions, ServerLine } from "../parts.ts";
import { numberOption, textOption, UsageError } from "../usage.ts";
import type { VerbInput } from "../verb.ts";

const portMax = 65_535;
const everyAddress = "0.0.0.0";
/** What one address of this computer can take of another one: there are no more ports. */
const connectionsMost = 65_535;

type Settings = ServeRoomsOptions["settings"];

export async function serveRooms(context: Context, input: VerbInput): Promise<number> {
  const settings = settingsOf(input);
  const logFile = textOption(input, "log");
  const until = new AbortController();
  const stopListening = context.around.onInterrupt(() => until.abort());
  const isVerbose = input.options["verbose"] === true;
  const report = (line: ServerLine): void => {
    if (context.options.json) context.out.json(line);
    else for (const text of linesOf(line, settings, isVerbose)) context.out.line(text);
  };
  try {
    await context.parts.serveRooms({
      ...{ settings, report, until: until.signal },
      ...(logFile !== undefined && { logFile }),
    });
    return 0;
  } finally {
    stopListening();
  }
}

function settingsOf(input: VerbInput): Settings {
  const port = within(numberOption(input, "port"), 0, portMax, "port");
  const connectionsMax = within(numberOption(input, "connections"), 1, connectionsMost, "connections");
  const perAddressMax = within(numberOption(input, "perAddress"), 1, connectionsMost, "per-address");
  return {
    address: textOption(input, "address") ?? everyAddress,
    ...(port !== undefined && { port }),
    trustAddresses: input.options["trustAddresses"] === true,
    ...(connectionsMax !== undefined && { connectionsMax }),
    ...(perAddressMax !== undefined && { perAddressMax }),
  };
}

function within(value: number | undefined, least: number, most: number, flag: string): number | undefined {
  if (value !== undefined && (value < least || value > most))
    throw new UsageError(serverWords.optionTakes(flag, least, most, value));
  return value;
}

/** For people, all that happens only where they want it; that it has begun and ended always. */
function linesOf(line: ServerLine, settings: Settings, isVerbose: boolean): readonly string[] {
  switch (line.event) {
    case "ready":
      return readyLines(line, settings);
    case "ended":
      return [serverWords.ended];
    default: {
      const words = isVerbose ? incidentWords.get(line.event) : undefined;
      return words === undefined ? [] : [words(line)];
    }
  }
}

const incidentWords: ReadonlyMap<string, (line: ServerLine) => string> = new Map([
  ["joined", serverWords.joined],
  ["left", serverWords.left],
  ["refused", serverWords.refused],
  ["dropped", serverWords.dropped],
  ["untold", serverWords.untold],
]);

/** What was made less strict than usual is said at once. */
function readyLines(line: ServerLine, { perAddressMax, trustAddresses }: Settings): readonly string[] {
  return [
    serverWords.ready(line),
    ...(perAddressMax === undefined ? [] : [serverWords.perAddress(perAddressMax)]),
    ...(trustAddresses ? [serverWords.trusting] : []),
  ];
}
