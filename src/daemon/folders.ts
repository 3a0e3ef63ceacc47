/** Where a profile lives: its data, configuration, log, and the socket by which faces find its daemon. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import envPaths from "env-paths";
import { KithError } from "../base/errors.ts";
import { makeFolder, makePrivateFolder } from "../io/files.ts";

/** Which profile is meant; without a home it is in the user's own folders. */
export interface Where {
  readonly home?: string;
  readonly profile?: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Folders {
  /** The profile's name, for people. */
  readonly profile: string;
  /** Absolute, without symbolic links: what the profile is known by. */
  readonly home: string;
  readonly database: string;
  readonly configFile: string;
  readonly logFile: string;
  /** The token of the WebSocket, while there is one. */
  readonly tokenFile: string;
  /** For this user alone; gone after a restart of the machine. */
  readonly runtime: string;
  readonly socket: string;
}

const defaultProfile = "default";
const profileName = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** The room that Linux and macOS have for a socket's path, the zero byte at its end taken off (macOS: 103). */
const socketPathBytesMax = process.platform === "darwin" ? 103 : 107;

/** Flag before environment: `--home` or KITH_HOME, `--profile` or KITH_PROFILE. Creates nothing. */
export function foldersOf(where: Where, env: Environment): Folders {
  const named = where.profile ?? (env["KITH_PROFILE"] || undefined);
  const profile = named ?? defaultProfile;
  if (!profileName.test(profile)) throw new KithError("bad-profile-name", { name: profile });
  const chosen = where.home ?? (env["KITH_HOME"] || undefined);
  const paths = chosen === undefined ? ownFolders(profile) : oneFolder(chosen, named);
  const home = realPath(paths.home);
  const name = createHash("sha256").update(home).digest("hex").slice(0, 16);
  const runtime = runtimeFolder(env, `${name}.sock`);
  return {
    profile,
    home,
    database: join(home, "kith.db"),
    configFile: join(paths.config, "config.toml"),
    logFile: join(paths.log, "kith.log"),
    tokenFile: join(home, "api-token"),
    runtime,
    socket: process.platform === "win32" ? `\\\\.\\pipe\\kith-${name}` : join(runtime, `${name}.sock`),
  };
}

/** Makes what is missing, for this user alone, and refuses what others could tamper with. */
export function makeFolders(folders: Folders): void {
  makeFolder(folders.home);
  makeFolder(dirname(folders.logFile));
  makePrivateFolder(folders.runtime);
}

interface Paths {
  readonly home: string;
  readonly config: string;
  readonly log: string;
}

function ownFolders(profile: string): Paths {
  const { data, config, log } = envPaths("kith", { suffix: "" });
  return { home: join(data, profile), config: join(config, profile), log: join(log, profile) };
}

/** Everything in one folder; a profile named besides is a folder in it. */
function oneFolder(chosen: string, profile: string | undefined): Paths {
  const home = resolve(chosen, profile ?? "");
  return { home, config: home, log: home };
}

/** Of the part that exists: the profile must have one name before its first start and after it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const above = dirname(path); // acts: the folder is not there yet, or must not be looked at
    return above === path ? path : join(realPath(above), basename(path));
  }
}

/** The first in which the socket's path is not too long for the system. */
function runtimeFolder(env: Environment, socketName: string): string {
  const own = env["XDG_RUNTIME_DIR"];
  const shared = join(tmpdir(), `kith-${userInfo().uid}`);
  const folders = own === undefined || own === "" ? [shared] : [join(own, "kith"), shared];
  const found = folders.find((folder) => Buffer.byteLength(join(folder, socketName)) <= socketPathBytesMax);
  if (found === undefined)
    throw new KithError("socket-path-too-long", { folder: shared, limit: socketPathBytesMax });
  return found;
}
