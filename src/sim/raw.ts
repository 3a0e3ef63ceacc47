/** Bare sockets for strangers: programs that keep to no machine, no driver and no limit of ours. */
import type { Address } from "../protocols/machine.ts";
import { anyHost, type Listener } from "./host.ts";
import type { StrangerPlace } from "./plug.ts";
import type { Connection, ConnectionHooks } from "./connection.ts";

const patienceMs = 5_000;

export interface RawDatagrams {
  send(to: Address, bytes: Uint8Array): void;
}

/** Hears what is sent to the port of its host, broadcasts included. */
export function bind(
  { host, wire }: StrangerPlace,
  port: number,
  heard: (from: Address, bytes: Uint8Array) => void = () => undefined,
): RawDatagrams {
  const socket = { at: { host: anyHost, port }, broadcast: true, receive: heard };
  host.sockets.push(socket);
  return {
    send(to, bytes) {
      wire.sendDatagram(host, socket, to, bytes);
    },
  };
}

/** What is not said of a stream is not listened to. */
export type RawHooks = (stream: Connection) => Partial<ConnectionHooks>;

export function dial({ host, wire }: StrangerPlace, to: Address, hooks: RawHooks): void {
  const stream = wire.dial(host, { to, timeoutMs: patienceMs });
  stream.hooks = { ...deaf, ...hooks(stream) };
}

export function listen({ host }: Pick<StrangerPlace, "host">, port: number, hooks: RawHooks): Listener {
  const listener: Listener = {
    at: { host: anyHost, port },
    foreign: true,
    accept(stream) {
      stream.hooks = { ...deaf, ...hooks(stream) };
      return true;
    },
  };
  host.listen(listener);
  return listener;
}

const nothing = (): void => undefined;
const deaf: ConnectionHooks = { up: nothing, bytes: nothing, end: nothing, down: nothing, drained: nothing };
