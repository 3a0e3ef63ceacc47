/** `kith daemon`: the daemon in the foreground, telling what happens line by line. */
import { harmlessJson } from "../../../base/harmless.ts";
import { plain, styled } from "../../model/spans.ts";
import type { Context } from "../context.ts";
import type { DaemonLine } from "../parts.ts";

export async function runDaemon(context: Context): Promise<number> {
  const until = new AbortController();
  const stopListening = context.around.onInterrupt(() => {
    until.abort();
  });
  const report = (line: DaemonLine): void => {
    if (context.options.json) context.out.json(line);
    else context.out.line([styled(`${line.event} `, "strong"), plain(detailsOf(line))]);
  };
  try {
    await context.withPassphrase((passphrase) =>
      context.parts.runDaemon(context.options.where, { passphrase, report, until: until.signal }),
    );
    return 0;
  } finally {
    stopListening();
  }
}

function detailsOf(line: DaemonLine): string {
  return Object.entries(line)
    .filter(([key]) => key !== "event")
    .map(([key, value]) => `${key} ${typeof value === "string" ? value : harmlessJson(value)}`)
    .join(", ");
}
