/** Answers the methods networks.*. */
import type { Network, NetworkSet } from "../../api/records.ts";
import type { Answers } from "../../api/server.ts";
import { KithError } from "../../base/errors.ts";
import type { NetworkName } from "../../base/ids.ts";
import type { NetworkKind, Settings } from "../network-kinds.ts";
import type { Networks } from "../networks.ts";
import { fingerprint } from "../records.ts";
import type { Context } from "./context.ts";

export interface NetworkContext extends Context {
  readonly networks: Networks;
  readonly kinds: Readonly<Record<string, NetworkKind>>;
}

type NetworkAnswers = Pick<
  Answers,
  "networks.list" | "networks.connect" | "networks.disconnect" | "networks.configure"
>;

export function networkAnswers(context: NetworkContext): NetworkAnswers {
  const { networks, kinds, loop } = context;
  const showSet = async (name: NetworkName, settings: Settings): Promise<NetworkSet> => {
    await loop.settled(); // the chat learns of the network in the next turn
    const found = networkRecords(context).find((network) => network.name === name);
    if (found === undefined) throw new KithError("no-such-network", { network: name });
    return { ...found, overridden: networks.overridden(name, settings) };
  };
  return {
    "networks.list": () => ({
      networks: networkRecords(context),
      kinds: Object.entries(kinds).map(([kind, { what }]) => ({ kind, what })),
    }),
    "networks.connect": async ({ kind, name, settings = {} }) =>
      showSet(await networks.connect(kind, name, settings), settings),
    "networks.disconnect": async ({ name, forget }) => {
      await (forget === true ? networks.forget(name) : networks.disconnect(name));
      return { done: true };
    },
    "networks.configure": async ({ name, settings }) => {
      await networks.configure(name, settings);
      return showSet(name, settings);
    },
  };
}

/** Those that the chat knows of, by name. */
export function networkRecords({
  queries,
  networks,
}: Pick<NetworkContext, "queries" | "networks">): readonly Network[] {
  return queries.networks().flatMap((known) => {
    const running = networks.get(known.name);
    if (running === undefined) return [];
    const { facts } = running.network.inspect();
    const ownKey = facts["own-key"];
    return [
      {
        ...known,
        kind: running.kind,
        online: queries.onlineOn(known.name),
        settings: running.settings,
        facts,
        ...(ownKey !== undefined && { fingerprint: fingerprint(`key:${ownKey}`) }),
      },
    ];
  });
}
