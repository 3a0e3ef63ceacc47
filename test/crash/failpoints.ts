/** Named places at the ports of a daemon, put in from outside: at the n-th passing of one the process kills itself. */
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Store } from "../../src/core/ports/store.ts";
import type { Driver } from "../../src/protocols/machine.ts";

/** What a passing of each means stands with the wrapper that calls it. */
export const failpoints = [
  "person-added",
  "contact-added",
  "conversation-changed",
  "mark-seen",
  "message-added",
  "delivery-put",
  "setting-put",
  "before-commit",
  "after-commit",
  "index-slice",
  "before-send",
  "after-send",
  "before-acknowledge",
  "after-acknowledge",
  "before-report",
  "after-report",
  "before-log-line",
  "amid-log-line",
  "after-log-line",
] as const;

export type Failpoint = (typeof failpoints)[number];

export type Pass = (point: Failpoint) => void;

/** No signal can be nearer to the power going: nothing of the process runs afterwards. */
export function killAt(point: string | undefined, passings: number): Pass {
  let left = passings;
  return (passed) => {
    if (passed === point && --left === 0) process.kill(process.pid, "SIGKILL");
  };
}

/** `before-commit`: everything is written and not committed. `after-commit`: nobody has been told yet. */
export function killingStore(store: Store, pass: Pass): Store {
  return {
    transaction(work) {
      const value = store.transaction(() => {
        const done = work();
        pass("before-commit");
        return done;
      });
      pass("after-commit");
      return value;
    },
    savepoint: (work) => store.savepoint(work),
    forgetReplaced: () => store.forgetReplaced(),
    people: passing(
      store.people,
      [
        ["add", "person-added"],
        ["addContact", "contact-added"],
      ],
      pass,
    ),
    conversations: passing(store.conversations, [["change", "conversation-changed"]], pass),
    messages: passing(
      store.messages,
      [
        ["add", "message-added"],
        ["seen", "mark-seen"],
      ],
      pass,
    ),
    deliveries: passing(store.deliveries, [["put", "delivery-put"]], pass),
    settings: passing(store.settings, [["put", "setting-put"]], pass),
    search: passing(store.search, [["index", "index-slice"]], pass),
    close: () => store.close(),
  };
}

/** The point is passed when the method has returned. */
function passing<Port extends object>(
  port: Port,
  points: readonly (readonly [method: keyof Port, Failpoint])[],
  pass: Pass,
): Port {
  const byName = new Map<PropertyKey, Failpoint>(points);
  return new Proxy(port, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name, target);
      const point = byName.get(name);
      if (typeof method !== "function") return method;
      return (...given: readonly unknown[]): unknown => {
        const value: unknown = Reflect.apply(method, target, given);
        if (point !== undefined) pass(point);
        return value;
      };
    },
  });
}

/** What a network is told to do and what it reports go by here: it is built on this driver, and on nothing else. */
export function killingDriver(driver: Driver, pass: Pass): Driver {
  return {
    run(machine, limits, hooks) {
      const drive = driver.run(machine, limits, {
        report(report) {
          pass("before-report");
          hooks.report(report);
          pass("after-report");
        },
        answer: (question) => hooks.answer(question),
      });
      return {
        tell(intent) {
          const kind = kindOf(intent);
          if (kind === "send" || kind === "acknowledge") pass(`before-${kind}`);
          drive.tell(intent);
          if (kind === "send" || kind === "acknowledge") pass(`after-${kind}`);
        },
        inspect: () => drive.inspect(),
        stop: () => drive.stop(),
      };
    },
  };
}

function kindOf(intent: unknown): unknown {
  return typeof intent === "object" && intent !== null && "kind" in intent ? intent.kind : undefined;
}

/** All files of this process that lines are appended to: of a daemon, its chat logs. */
export async function killWhileAppending(anyFile: string, pass: Pass): Promise<void> {
  const handle = await open(anyFile, "r");
  const methods = Object.getPrototypeOf(handle) as Pick<FileHandle, "appendFile">;
  await handle.close();
  const { appendFile } = methods;
  methods.appendFile = async function (this: FileHandle, content: Uint8Array) {
    pass("before-log-line");
    const half = content.length >> 1;
    await appendFile.call(this, content.subarray(0, half));
    pass("amid-log-line");
    await appendFile.call(this, content.subarray(half));
    pass("after-log-line");
  };
}
