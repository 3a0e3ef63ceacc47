/** What goes over the wire of a host, recorded by tshark. */
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { LabHost } from "../namespaces/harness.ts";

/** Why nothing can be recorded here; undefined when it can. */
export function captureAvailable(): string | undefined {
  return spawnSync("tshark", ["--version"], { stdio: "ignore" }).status === 0
    ? undefined
    : "tshark is not installed";
}

export interface Capture {
  /** Ends the recording: every packet with its headers, one after the other. */
  end(): Promise<Buffer>;
}

/** Resolves once packets are being recorded into `file`. */
export async function capture(host: LabHost, file: string): Promise<Capture> {
  const filter = "udp port 5000 or tcp port 5001";
  const tshark = host.spawn("tshark", ["-i", "eth0", "-f", filter, "-w", file, "-P", "-l"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(tshark, "exit");
  await new Promise<void>((resolve, reject) => {
    tshark.stderr?.on("data", (text: Buffer) => {
      if (text.includes("Capturing on")) resolve();
    });
    void ended.then(() => {
      reject(new Error("tshark did not begin"));
    });
  });
  return {
    async end() {
      tshark.kill("SIGINT");
      await ended;
      return readFile(file);
    },
  };
}
