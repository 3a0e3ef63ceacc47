/** A person at a host of a lab, with kith as it is built: the chat on a terminal, and the command line. */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LabHost } from "../integration/namespaces/harness.ts";
import { Screen, type ScreenSize } from "./screen.ts";

const kith = fileURLToPath(new URL("../../kith", import.meta.url));
const classicHost = fileURLToPath(new URL("classic-host.ts", import.meta.url));

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export class Person {
  readonly host: LabHost;
  readonly home: string;
  readonly #screens: Screen[] = [];

  constructor(host: LabHost, folder: string) {
    this.host = host;
    this.home = join(folder, host.name);
  }

  /** Opens a terminal and runs kith in it; without words that is the chat. */
  screen(size: ScreenSize = { columns: 80, rows: 24 }, words: readonly string[] = []): Screen {
    const [command, args] = this.host.command(kith, [...words, "--home", this.home]);
    const screen = new Screen(command, args, size);
    this.#screens.push(screen);
    return screen;
  }

  /** The chat for the first time: asked for a name, it is given. */
  async firstChat(name: string, size?: ScreenSize): Promise<Screen> {
    const screen = this.screen(size);
    await screen.shows("What is your name?");
    screen.enter(name);
    await screen.shows(`Hello ${name}.`);
    return screen;
  }

  async run(...words: readonly string[]): Promise<Ran> {
    const child = this.host.spawn(kith, [...words, "--home", this.home], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, err] = [gather(child.stdout), gather(child.stderr)];
    const exit: readonly unknown[] = await once(child, "exit");
    return { code: Number(exit[0]), out: await out, err: await err };
  }

  /** What the command answers with `--json`. */
  async json(...words: readonly string[]): Promise<unknown> {
    const { code, out, err } = await this.run(...words, "--json");
    if (code !== 0) throw new Error(`kith ${words.join(" ")}: exit ${String(code)}: ${err}`);
    return JSON.parse(out);
  }

  /** The lines of a verb that goes on until `end` is called. */
  stream(...words: readonly string[]): {
    readonly lines: ChildProcess["stdout"];
    readonly end: () => Promise<number>;
  } {
    const child = this.host.spawn(kith, [...words, "--home", this.home], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const end = async (): Promise<number> => {
      const ended = once(child, "exit");
      child.kill("SIGINT");
      const exit: readonly unknown[] = await ended;
      return Number(exit[0]);
    };
    return { lines: child.stdout, end };
  }

  close(): void {
    for (const screen of this.#screens) screen.end();
  }
}

async function gather(stream: NodeJS.ReadableStream | null): Promise<string> {
  let text = "";
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
}

/** Somebody with a classic program, who prints what arrives. */
export function classicPerson(host: LabHost, name: string, neighbour: LabHost): ChildProcess {
  return host.spawn(process.execPath, [classicHost, name, host.address, neighbour.address], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}
