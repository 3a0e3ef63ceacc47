/** What the parts of one joined room share. */
import type { Now } from "../../../base/time.ts";
import type { LinkId } from "../../machine.ts";
import type { Emit } from "./contract.ts";
import type { Farewell } from "./farewell.ts";
import type { Membership } from "./membership.ts";
import type { OwnIds } from "./own-ids.ts";

/**
 * Waits for a list that the server is asked for after this. Called with every list that comes, `last` with the one that
 * was asked for, or when none will come; true when it waits no longer.
 */
export type ListWaiter = (last: boolean, now: Now) => boolean;

export interface RoomPlace {
  readonly room: string;
  readonly membership: Membership;
  readonly ids: OwnIds;
  readonly emit: Emit;
  readonly farewell: Farewell;
  readonly awaitList: (waiter: ListWaiter, now: Now) => void;
  /** A number for a link that is about to be dialled. */
  readonly nextLink: () => LinkId;
}
