/** What every Driver keeps, whether it runs machines on sockets or in a simulated world. */
import { describe } from "vitest";
import { flowContract } from "./driver-flow.ts";
import { limitContract } from "./driver-limits.ts";
import { linkContract } from "./driver-links.ts";
import { machineContract } from "./driver-machine.ts";
import { socketContract } from "./driver-sockets.ts";
import type { MakeDriverWorld } from "./driver-stage.ts";
import { stopContract } from "./driver-stop.ts";

export type { DriverWorld, MakeDriverWorld } from "./driver-stage.ts";

export function driverContract(name: string, make: MakeDriverWorld): void {
  describe(`${name} as a driver`, () => {
    describe("links", () => linkContract(make));
    describe("flow", () => flowContract(make));
    describe("limits", () => limitContract(make));
    describe("listeners and datagrams", () => socketContract(make));
    describe("machines", () => machineContract(make));
    describe("stop", () => stopContract(make));
  });
}
