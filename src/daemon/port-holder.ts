/** Finds the program that holds a port, where the system tells (Linux, and there only of one's own programs). */
import { readdir, readFile, readlink } from "node:fs/promises";
import { basename } from "node:path";

export interface Holder {
  readonly pid: number;
  readonly name: string;
}

const tables = ["tcp", "tcp6", "udp", "udp6"].map((name) => `/proc/net/${name}`);

/** Undefined where it cannot be found out. */
export async function holderOf(port: number): Promise<Holder | undefined> {
  const texts = await Promise.all(tables.map((table) => readFile(table, "utf8").catch(() => "")));
  const inodes = new Set(texts.flatMap((text) => inodesOf(text, port)));
  if (inodes.size === 0) return undefined;
  const entries = await readdir("/proc").catch(() => []);
  for (const pid of entries.filter((entry) => /^\d+$/.test(entry))) {
    if (await holds(pid, inodes)) return { pid: Number(pid), name: await nameOf(pid) };
  }
  return undefined;
}

/** Column 1 is the local address with the port in hex, column 3 the state (0A listens, 07 is a bound UDP socket). */
export function inodesOf(table: string, port: number): readonly string[] {
  const ending = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((row) => {
    const columns = row.trim().split(/\s+/);
    const [, local = "", , state = ""] = columns;
    const inode = columns[9];
    return local.endsWith(ending) && (state === "0A" || state === "07") && inode !== undefined ? [inode] : [];
  });
}

async function holds(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const descriptors = await readdir(folder).catch(() => []); // others' processes show nothing
  const targets = await Promise.all(descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => "")));
  return targets.some((target) => inodes.has(/^socket:\[(\d+)\]$/.exec(target)?.[1] ?? ""));
}

async function nameOf(pid: string): Promise<string> {
  return programIn(await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""));
}

/** By the command line: for itself, Node has only the name of a thread, and is not what somebody started. */
export function programIn(commandLine: string): string {
  const [program = "", script = ""] = commandLine.split("\0").map((word) => basename(word));
  return (program === "node" && script) || program || "a program";
}
