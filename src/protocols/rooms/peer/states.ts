/** The states of a peer and what leads from one to another: the table that the machine obeys and the diagram is made from. */

/**
 * `start`: without a name. `named`: in no room. `joined`: holds a room's list, linked to nobody. `connected`: linked to
 * somebody. `terminated`: the end.
 */
export type RoomsState = "start" | "named" | "joined" | "connected" | "terminated";

/** What moves a peer. `join` is the moment at which the first list of a room arrives. */
export type RoomsStep = "user" | "join" | "first link" | "last link lost" | "leave" | "quit";

type Steps = { readonly [step in RoomsStep]?: RoomsState };

export const steps: Readonly<Record<RoomsState, Steps>> = {
  start: { user: "named", quit: "terminated" },
  named: { user: "named", join: "joined", quit: "terminated" },
  joined: { "first link": "connected", leave: "named", quit: "terminated" },
  connected: { "last link lost": "joined", leave: "named", quit: "terminated" },
  terminated: {},
};
