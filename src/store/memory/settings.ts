/** The memory store's settings. */
import type { SettingStore } from "../../core/ports/store.ts";
import type { Tables } from "./tables.ts";

export function memorySettings(tables: Tables, writable: () => Tables): SettingStore {
  return {
    get: (key) => tables.settings.get(key),
    put: (key, value) => writable().settings.set(key, value),
    remove: (key) => writable().settings.delete(key),
    list(prefix) {
      const found = [...tables.settings.entries()].filter(([key]) => key.startsWith(prefix));
      return found.sort(([a], [b]) => (a < b ? -1 : 1));
    },
  };
}
