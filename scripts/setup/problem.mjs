/** Puts what can go wrong while setting up into sentences: what happened, why, what to do. */

/** A failure already put into words for the person; nothing more needs to be shown. */
export class SetUpProblem extends Error {
  /**
   * @param {string} message
   * @param {string} [details] output of the program that failed, shown below the message
   */
  constructor(message, details = "") {
    super(message);
    this.name = "SetUpProblem";
    this.details = details;
  }

  /** @override */
  toString() {
    return this.details === "" ? this.message : `${this.message}\n\n${this.details}`;
  }
}

/**
 * Signs in an error or in npm's output, the most telling first: npm reports a full disk as a heap of other errors too.
 * @type {ReadonlyArray<{ sign: RegExp, words: string, telling: boolean }>}
 */
const causes = [
  {
    sign: /ENOSPC|no space left on device|EDQUOT/i,
    words:
      "The disk is full. Free about 1 GB (kith's folder and npm's cache need it), then run the same command again.",
    telling: true,
  },
  {
    sign: /EROFS|read-only file system/i,
    words:
      "This folder cannot be written to (the file system is read-only). Copy kith to a folder of yours and run the command there.",
    telling: true,
  },
  {
    sign: /EACCES|EPERM/,
    words:
      "This folder, or npm's cache, belongs to somebody else. Copy kith to a folder of yours, or make both yours, and run the same command again.",
    telling: true,
  },
  {
    sign: /EINTEGRITY/,
    words:
      'A download arrived damaged. Run the same command again; if it persists, run "npm cache verify" first.',
    telling: true,
  },
  {
    sign: /E404|ETARGET|ENOVERSIONS/,
    words:
      "The npm registry in use does not have a package that kith needs. If it is a mirror, go back to the public one (npm config delete registry), then run the same command again.",
    telling: false,
  },
  {
    sign: /E40[137]|ENEEDAUTH/,
    words:
      "The npm registry in use refuses us. Check its login and your proxy (npm config list), then run the same command again.",
    telling: false,
  },
  {
    sign: /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EHOSTUNREACH|ENETUNREACH|FETCH_ERROR|ENOTCACHED|network/i,
    words:
      "The npm registry could not be reached. Check that this machine is online (and its proxy: npm config list), then run the same command again: it goes on where it stopped.",
    telling: true,
  },
  {
    sign: /EUSAGE|can only install packages when your package\.json and package-lock\.json/i,
    words: 'package.json and package-lock.json disagree. Run "npm install" once and commit the lock file.',
    telling: false,
  },
];

/**
 * What to tell about a failed step. `telling` causes need no output below them.
 * @param {string} doing what was being done: "Fetching Node 24"
 * @param {string} output the program's own output, or the error's text
 */
export function problemOf(doing, output) {
  const cause = causes.find(({ sign }) => sign.test(output));
  if (cause === undefined) return new SetUpProblem(`${doing} failed. What it said:`, lastLines(output));
  return new SetUpProblem(`${doing} failed. ${cause.words}`, cause.telling ? "" : lastLines(output));
}

/** @param {string} output */
function lastLines(output) {
  const lines = output.trimEnd().split("\n");
  return lines.slice(-40).join("\n");
}

/**
 * The text for a thrown value that is not yet a SetUpProblem; only the file system's errors are expected here.
 * @param {string} doing
 * @param {unknown} thrown
 */
export function asProblem(doing, thrown) {
  if (thrown instanceof SetUpProblem) return thrown;
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return problemOf(doing, text);
}
