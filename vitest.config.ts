/** Tells vitest which tests are quick (unit), which try much by dice (worlds), and which need sockets, processes or a screen (integration). */
import { defineConfig } from "vitest/config";

const unit = [
  "src/**/*.test.ts",
  "scripts/**/*.test.ts",
  "test/*.test.ts",
  "test/architecture/**/*.test.ts",
  "test/documents/**/*.test.ts",
  "test/contracts/**/*.test.ts",
];
const worlds = ["test/scenarios/**/*.test.ts", "test/fuzz/**/*.test.ts"];
const integration = [
  "test/integration/**/*.test.ts",
  "test/interop/**/*.test.ts",
  "test/crash/**/*.test.ts",
  "test/e2e/**/*.test.ts",
];

const setupFiles = ["test/dice.ts"];

export default defineConfig({
  test: {
    projects: [
      // Property tests take seconds, and several times that on a machine that is busy with something else.
      { test: { name: "unit", include: unit, setupFiles, testTimeout: 30_000 } },
      { test: { name: "worlds", include: worlds, setupFiles, testTimeout: 60_000 } },
      {
        test: {
          name: "integration",
          include: integration,
          setupFiles,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // They share the machine's ports, namespaces and two cores: one file at a time.
          fileParallelism: false,
        },
      },
    ],
  },
});
