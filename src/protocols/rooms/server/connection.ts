/** One connection to the room server: what it has asked, what it was told, and whether it is waited for. */
import { TokenBucket } from "../../../base/token-bucket.ts";
import type { LinkId } from "../../machine.ts";
import type { ServerRequest } from "../messages.ts";
import { requestStream } from "../request-stream.ts";
import type { MessageStream } from "../stream.ts";
import { requestRate } from "./contract.ts";
import type { Caller, Membership } from "./rooms.ts";

export class Connection implements Caller {
  readonly link: LinkId;
  readonly host: string;
  readonly members = new Set<Membership>();
  readonly requests: MessageStream<ServerRequest> = requestStream();
  readonly rate: TokenBucket;
  /** Bytes since the link came up or last drained: the driver counts the same. */
  written = 0;
  /** Since when (mono, ms) more than the mark lies unsent. */
  unreadSince: number | undefined;
  /** When our side ended (mono, ms): nothing is read or written from then on. */
  endedAt: number | undefined;
  /** Since when (mono, ms) the link is read from; undefined while it is not. */
  readSince: number | undefined;

  constructor(link: LinkId, host: string, mono: number) {
    this.link = link;
    this.host = host;
    this.readSince = mono;
    this.rate = new TokenBucket(requestRate.perSecond, requestRate.burst, mono);
  }

  /** Whether the next request may be taken. */
  mayAsk(mono: number): boolean {
    return this.endedAt === undefined && this.unreadSince === undefined && this.rate.readyAt(mono) <= mono;
  }

  /** Since when (mono, ms) we read and have only a part of a request; undefined where that is not so. */
  get incompleteSince(): number | undefined {
    const { partialSince } = this.requests;
    if (partialSince === undefined || this.readSince === undefined) return undefined;
    return Math.max(partialSince, this.readSince);
  }
}
