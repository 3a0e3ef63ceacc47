/** What a network must remember for good, kept among the settings of the profile. */
import { fromBase64, toBase64 } from "../base/bytes.ts";
import type { NetworkName } from "../base/ids.ts";
import type { Keep } from "./ports/network.ts";
import type { Store } from "./ports/store.ts";

/** Of all the settings in which that network keeps something. */
export function keepPrefix(network: NetworkName): string {
  return `keep.${network}.`;
}

/** Each change is a transaction of its own, and durable when it returns. Never called within another one. */
export function keepFor(
  network: NetworkName,
  store: Pick<Store, "transaction" | "settings" | "forgetReplaced">,
): Keep {
  const named = (key: string): string => `${keepPrefix(network)}${key}`;
  const write = (key: string, value: Uint8Array): void =>
    store.transaction(() => store.settings.put(named(key), toBase64(value)));
  return {
    read(key) {
      const text = store.settings.get(named(key));
      return text === undefined ? undefined : fromBase64(text);
    },
    write,
    replace(key, value) {
      const hadOne = store.settings.get(named(key)) !== undefined;
      write(key, value);
      if (hadOne) store.forgetReplaced();
    },
    remove(key) {
      store.transaction(() => store.settings.remove(named(key)));
    },
  };
}
