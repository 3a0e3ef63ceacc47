/**
 * Tells vitest which tests are quick (unit), which try much by dice (worlds, fuzz), and which need sockets, processes or
 * a screen (integration, crash).
 */
import { defineConfig } from "vitest/config";

const unit = [
  "src/**/*.test.ts",
  "scripts/**/*.test.ts",
  "test/*.test.ts",
  "test/architecture/**/*.test.ts",
  "test/documents/**/*.test.ts",
  "test/contracts/**/*.test.ts",
];
const worlds = ["test/scenarios/**/*.test.ts"];
const fuzz = ["test/fuzz/**/*.test.ts"];
const integration = ["test/integration/**/*.test.ts", "test/interop/**/*.test.ts", "test/e2e/**/*.test.ts"];
const crash = ["test/crash/**/*.test.ts"];

const setupFiles = ["test/dice.ts"];

/** By itself vitest leaves one core to the system, and has one worker where there are two. */
const onAllCores = { setupFiles, maxWorkers: "100%", pool: "threads" } as const;
/** They share the machine's ports, namespaces and cores: one file at a time, after all others. */
const alone = { setupFiles, fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000 };

export default defineConfig({
  test: {
    projects: [
      // Property tests take seconds, and several times that on a machine that is busy with something else.
      {
        test: {
          name: "unit",
          include: unit,
          ...onAllCores,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: "worlds",
          include: worlds,
          ...onAllCores,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "fuzz",
          include: fuzz,
          ...onAllCores,
          testTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: "integration", include: integration, ...alone, sequence: { groupOrder: 2 } } },
      { test: { name: "crash", include: crash, ...alone, sequence: { groupOrder: 3 } } },
    ],
  },
});
