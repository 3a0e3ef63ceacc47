/** Installs the programs of the operating system that some tests need, where that can be done without asking anybody. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * A test that needs one of these skips itself where it is missing.
 * @type {ReadonlyArray<{ readonly program: string, readonly debian: string, readonly purpose: string }>}
 */
export const machinePackages = [
  { program: "ip", debian: "iproute2", purpose: "several hosts on one machine" },
  { program: "tshark", debian: "tshark", purpose: "reading what went over the wire" },
];

/** @typedef {(typeof machinePackages)[number]} MachinePackage */

/** @param {(line: string) => void} say */
export function installMachinePackages(say) {
  const missing = missingPackages(process.env["PATH"] ?? "", existsSync);
  if (missing.length === 0) return;
  if (canInstall()) aptInstall(missing.map(({ debian }) => debian));
  for (const { program, debian, purpose } of missingPackages(process.env["PATH"] ?? "", existsSync))
    say(`Without ${program} (package ${debian}: ${purpose}) the tests that need it are skipped.`);
}

/**
 * @param {string} path the PATH
 * @param {(path: string) => boolean} exists
 */
export function missingPackages(path, exists) {
  // Debian keeps `ip` where an ordinary person's PATH may not lead.
  const folders = [...path.split(delimiter), "/usr/sbin", "/sbin"];
  return machinePackages.filter(({ program }) => !folders.some((folder) => exists(join(folder, program))));
}

function canInstall() {
  return process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
}

/** @param {readonly string[]} names */
function aptInstall(names) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const apt = (/** @type {readonly string[]} */ args) =>
    spawnSync("apt-get", ["-qq", "-o", "Acquire::Retries=2", ...args], {
      env,
      stdio: "ignore",
      timeout: 300_000,
    });
  apt(["update"]);
  // One by one: a name that one release of the system does not have must not keep the others away.
  for (const name of names) apt(["install", "-y", "--no-install-recommends", name]);
}
