/** A machine for trying drivers: it notes what it is told and does what it is asked. */
import { concatBytes, fromUtf8Leniently, toUtf8 } from "../../src/base/bytes.ts";
import type { Now } from "../../src/base/time.ts";
import type {
  Drive,
  DriveLimits,
  Driver,
  Effect,
  Input,
  LinkId,
  Machine,
} from "../../src/protocols/machine.ts";

export type ProbeEffect = Effect<string, string>;
export type ProbeInput = Input<readonly ProbeEffect[], string>;
type InputOf<Kind extends ProbeInput["kind"]> = Extract<ProbeInput, { readonly kind: Kind }>;

export const roomyLimits: DriveLimits = {
  unsentMark: 64 * 1024,
  unsentMax: 1024 * 1024,
  acceptedMax: 1_000,
  acceptedPerAddressMax: 1_000,
};

/** An intent is a list of effects; `react` adds what is to be done about other inputs. */
class ProbeMachine implements Machine<readonly ProbeEffect[], string, string, string> {
  readonly told: { readonly input: ProbeInput; readonly now: Now }[] = [];
  react: (input: ProbeInput) => readonly ProbeEffect[] = () => [];
  wakeTime: number | undefined;

  handle(input: ProbeInput, now: Now): readonly ProbeEffect[] {
    if (input.kind === "intent") return input.intent;
    this.told.push({ input, now });
    if (input.kind === "wake") this.wakeTime = undefined;
    return this.react(input);
  }

  wakeAt(): number | undefined {
    return this.wakeTime;
  }
}

/** A probe in its driver. */
export class Probe {
  readonly reports: string[] = [];
  readonly #machine = new ProbeMachine();
  readonly #drive: Drive<readonly ProbeEffect[]>;
  onReport: (report: string) => void = () => undefined;
  answer: (question: string) => string | Promise<string> = (question) => question;
  #dialled = 0;

  constructor(driver: Driver, limits: Partial<DriveLimits> = {}) {
    this.#drive = driver.run(
      this.#machine,
      { ...roomyLimits, ...limits },
      {
        report: (report) => {
          this.reports.push(report);
          this.onReport(report);
        },
        answer: (question) => this.answer(question),
      },
    );
  }

  do(...effects: readonly ProbeEffect[]): void {
    this.#drive.tell(effects);
  }

  write(to: LinkId | readonly LinkId[], text: string | Uint8Array): void {
    this.do(writing(to, text));
  }

  wakeAt(mono: number | undefined): void {
    this.#machine.wakeTime = mono;
    this.do(); // the time is read after each input
  }

  nextLink(): LinkId {
    return -++this.#dialled;
  }

  set react(react: (input: ProbeInput) => readonly ProbeEffect[]) {
    this.#machine.react = react;
  }

  get told(): readonly ProbeInput[] {
    return this.#machine.told.map(({ input }) => input);
  }

  get wokenAt(): readonly number[] {
    return this.#machine.told.filter(({ input }) => input.kind === "wake").map(({ now }) => now.mono);
  }

  all<Kind extends ProbeInput["kind"]>(kind: Kind): readonly InputOf<Kind>[] {
    return this.told.filter((input): input is InputOf<Kind> => input.kind === kind);
  }

  /** What was told of one link, but its bytes. */
  fateOf(link: LinkId): readonly ProbeInput[] {
    return this.told.filter((input) => "link" in input && input.link === link && input.kind !== "bytes");
  }

  bytesOf(link: LinkId): Uint8Array {
    return concatBytes(...this.all("bytes").flatMap((input) => (input.link === link ? [input.bytes] : [])));
  }

  textOf(link: LinkId): string {
    return fromUtf8Leniently(this.bytesOf(link));
  }

  inspect(): ReturnType<Drive<never>["inspect"]> {
    return this.#drive.inspect();
  }

  stop(): Promise<void> {
    return this.#drive.stop();
  }
}

export function writing(to: LinkId | readonly LinkId[], text: string | Uint8Array): ProbeEffect {
  return { kind: "write", to, bytes: typeof text === "string" ? toUtf8(text) : text };
}
