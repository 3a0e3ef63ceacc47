/** Who I am in this profile, and the settings that the daemon keeps here. Read from the store each time. */
import { utf8Length } from "../base/bytes.ts";
import { KithError } from "../base/errors.ts";
import type { Availability } from "./model.ts";
import type { Networks } from "./networks.ts";
import { foldName } from "./people/names.ts";
import type { Me } from "./ports/network.ts";
import type { SettingStore } from "./ports/store.ts";
import type { Work } from "./work.ts";

/** Bytes of UTF-8 of my own name: the most that the LAN's announcements carry. */
export const ownNameBytesMax = 64;

/** Settings whose keys begin so are the core's. */
export const corePrefix = "core.";
const nameKey = `${corePrefix}name`;
const availabilityKey = `${corePrefix}availability`;

export class Profile {
  readonly #settings: SettingStore;
  readonly #networks: Networks;

  constructor(settings: SettingStore, networks: Networks) {
    this.#settings = settings;
    this.#networks = networks;
  }

  /** The name is empty until the user has given one. */
  me(): Me {
    return {
      name: this.#settings.get(nameKey) ?? "",
      availability: toAvailability(this.#settings.get(availabilityKey)),
    };
  }

  setName(text: string, work: Work): void {
    const name = text.toWellFormed().trim();
    if (foldName(name) === "") throw new KithError("name-unusable", { problem: "it shows nothing" });
    if (utf8Length(name) > ownNameBytesMax) {
      const problem = `it is longer than ${ownNameBytesMax} bytes`;
      throw new KithError("name-unusable", { problem });
    }
    this.#settings.put(nameKey, name);
    this.#changed(work);
  }

  setAvailability(availability: Availability, work: Work): void {
    this.#settings.put(availabilityKey, availability);
    this.#changed(work);
  }

  putSetting(key: string, value: string | undefined): void {
    if (key === "" || key.startsWith(corePrefix)) {
      const problem = `the setting "${key}" cannot be changed this way`;
      throw new KithError("bad-parameters", { problem });
    }
    if (value === undefined) this.#settings.remove(key);
    else this.#settings.put(key, value);
  }

  /** The daemon's own, sorted by key. */
  settings(prefix: string): readonly (readonly [key: string, value: string])[] {
    return this.#settings.list(prefix).filter(([key]) => !key.startsWith(corePrefix));
  }

  #changed(work: Work): void {
    const me = this.me();
    work.tell({ kind: "profile-changed" });
    for (const { name } of this.#networks.all()) work.do({ kind: "present", network: name, me });
  }
}

function toAvailability(text: string | undefined): Availability {
  return text === "busy" || text === "away" ? text : "available";
}
