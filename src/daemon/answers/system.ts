/** Answers the methods system.*, profile.*, settings.* and history.*. */
import type { Answer } from "../../api/methods.ts";
import type { Profile } from "../../api/records.ts";
import type { Answers } from "../../api/server.ts";
import type { Now } from "../../base/time.ts";
import type { Config } from "../config.ts";
import type { Folders } from "../folders.ts";
import type { OwnProfile } from "../own-profile.ts";
import { networkRecords } from "./networks.ts";
import type { NetworkContext } from "./networks.ts";

/** What stays the same from the start of the daemon to its end. */
export interface Facts {
  readonly version: string;
  readonly started: Now;
  readonly folders: Folders;
  /** The database is encrypted at rest. */
  readonly encrypted: boolean;
}

export interface SystemContext extends NetworkContext {
  readonly facts: Facts;
  readonly config: Config;
  readonly ownProfile: OwnProfile;
  /** The WebSocket's address, if there is one. */
  readonly httpUrl: () => string | undefined;
  readonly checks: () => Promise<Answer<"system.doctor">["checks"]>;
  /** Begins the end. */
  readonly stop: () => void;
}

type SystemAnswers = Pick<
  Answers,
  | "system.status"
  | "system.doctor"
  | "system.stop"
  | "profile.set"
  | "settings.get"
  | "history.export"
  | "history.import"
>;

export function systemAnswers(context: SystemContext): SystemAnswers {
  const { queries, loop, ownProfile, networks } = context;
  return {
    "system.status": () => status(context),
    "system.doctor": async () => ({
      checks: await context.checks(),
      networks: networks
        .all()
        .map(({ network, kind }) => ({ name: network.name, kind, report: network.inspect() })),
    }),
    "system.stop": () => {
      setImmediate(context.stop); // the answer goes first
      return { done: true };
    },
    "profile.set": async (changes) => {
      await ownProfile.change(changes);
      return profileRecord(context);
    },
    "settings.get": () => ({ settings: settingRecords(context) }),
    "history.export": async (request) => {
      const { exportHistory } = await import("../export.ts");
      return { messages: await exportHistory(request, context), file: request.file };
    },
    "history.import": async ({ file }) => {
      const { importHistory } = await import("../import.ts");
      return importHistory(file, (records) => loop.command({ kind: "import", records }));
    },
  };

  function status({ facts, cursor, httpUrl }: SystemContext): Answer<"system.status"> {
    const people = queries.people();
    const http = httpUrl();
    return {
      version: facts.version,
      pid: process.pid,
      startedAt: facts.started.wall,
      profile: profileRecord(context),
      networks: networkRecords(context),
      people: { known: people.length, online: people.filter(({ presence }) => presence.online).length },
      unread: queries.unread(),
      waiting: queries.outboxSize(),
      api: { socket: facts.folders.socket, ...(http !== undefined && { http }) },
      cursor: cursor(),
      changed: queries.lastNumber(),
    };
  }
}

function profileRecord({ queries, facts, ownProfile }: SystemContext): Profile {
  const { folders, encrypted } = facts;
  return { ...queries.profile(), named: ownProfile.isNamed, home: folders.home, encrypted };
}

function settingRecords({ config, networks, ownProfile }: SystemContext): Answer<"settings.get">["settings"] {
  return config.keys().map((key) => {
    const { value, from } = config.setting(key, ownProfile.changed(key) ?? networks.changed(key));
    return { key, from, ...(value !== undefined && { value }) };
  });
}
