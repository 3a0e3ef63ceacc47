/** A program on a real pseudo-terminal, drawn by a real emulator: what somebody sees of it, and what they type. */
import { spawn, type IPty } from "@lydell/node-pty";
import xterm from "@xterm/headless";

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** On a busy machine a daemon takes seconds to start. */
const patienceMs = 30_000;

export class Screen {
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  /** The exit code. */
  readonly exit: Promise<number>;
  readonly #pty: IPty;
  /** Everything that was written, as it came. */
  written = "";

  constructor(command: string, args: readonly string[], { columns, rows }: ScreenSize) {
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const env = { ...process.env, TERM: "xterm-256color", LANG: "en_GB.UTF-8", TZ: "UTC" };
    this.#pty = spawn(command, [...args], { cols: columns, rows, env });
    this.#pty.onData((text) => {
      this.written += text;
      this.emulator.write(text);
    });
    this.exit = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        this.emulator.write("", () => {
          resolve(exitCode); // all that was written has been drawn
        });
      });
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  resize({ columns, rows }: ScreenSize): void {
    this.emulator.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** The rows that can be seen, without the empty ones at their end. */
  get text(): string {
    const { active } = this.emulator.buffer;
    const row = (at: number): string => active.getLine(active.baseY + at)?.translateToString(true) ?? "";
    return Array.from({ length: this.emulator.rows }, (_, at) => row(at))
      .join("\n")
      .trimEnd();
  }

  /** Resolves with the whole screen as soon as it shows this. */
  shows(wanted: string | RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const { text } = this;
        if (typeof wanted === "string" ? !text.includes(wanted) : !wanted.test(text)) return;
        end();
        resolve(text);
      };
      const drawn = this.emulator.onWriteParsed(look);
      const late = setTimeout(() => {
        end();
        reject(new Error(`${String(wanted)} did not come; the screen is\n${this.text}`));
      }, patienceMs);
      const end = (): void => {
        clearTimeout(late);
        drawn.dispose();
      };
      look();
    });
  }

  /** Types a line and Enter. */
  enter(line: string): void {
    this.type(`${line}\r`);
  }

  end(): void {
    this.#pty.kill("SIGKILL");
  }
}
