/** The messages of the rooms wire as values: between peers, to the room server and back, and the datagrams of a poke. */

/** One entry of a room's list. The ip is the text that was announced: dotted decimals, or `localhost`. */
export interface Member {
  readonly user: string;
  readonly ip: string;
  readonly port: number;
}

/** On a link between two peers. */
export type PeerMessage =
  /** P: the dialling side says who it is and which id of its own it has used last (0: none yet). */
  | { readonly kind: "handshake"; readonly room: string; readonly member: Member; readonly lastId: bigint }
  /** S: the side that was dialled agrees. */
  | { readonly kind: "accept"; readonly lastId: bigint }
  | TextMessage;

/** T: something said, by its origin or passed on. */
export interface TextMessage {
  readonly kind: "text";
  readonly room: string;
  /** Undefined where a program has put something else than a number there. */
  readonly originHid: bigint | undefined;
  readonly originUser: string;
  readonly id: bigint;
  readonly content: Uint8Array;
  /** The whole message as it came, for passing it on unchanged. */
  readonly wire: Uint8Array;
}

/** From a peer to the room server. */
export type ServerRequest =
  | { readonly kind: "list" }
  | { readonly kind: "join"; readonly room: string; readonly member: Member }
  | { readonly kind: "depart"; readonly room: string; readonly member: Member }
  /** Well delimited, but not what the wire knows: to be refused. */
  | { readonly kind: "malformed"; readonly of: RequestType; readonly why: Reject };

export type RequestType = "list" | "join" | "depart" | "unknown";

/** From the room server to a peer. `skipped`: how many entries were left out, being unusable. */
export type ServerReply =
  /** G: the newest room first. */
  | { readonly kind: "rooms"; readonly rooms: readonly string[]; readonly skipped: number }
  /** M: the newest member first, the caller included. `msid` is the server's word, changed with the list. */
  | {
      readonly kind: "members";
      readonly msid: bigint;
      readonly members: readonly Member[];
      readonly skipped: number;
    }
  /** S: the answer to a depart. */
  | { readonly kind: "departed" }
  /** F. The reason is a stranger's text: harmless only after it was made so. */
  | { readonly kind: "refused"; readonly reason: string };

/** A datagram between two members. */
export type PokeMessage =
  /** K */
  | { readonly kind: "poke"; readonly room: string; readonly user: string }
  /** A */
  | { readonly kind: "answer" };

/** Why a well delimited message cannot be used. */
export type Reject =
  | "unknown-type"
  | "fields" // too many, too few, or no end
  | "name"
  | "address"
  | "port"
  | "id";

/** Why nothing that follows on a link can be told apart any more. */
export type Violation =
  | "oversize" // longer than its limit, whole or not
  | "header" // a text whose header has no end, or a length that is no number
  | "length" // a text longer than we take
  | "terminator"; // a text whose content is not followed by the end of a message

/** What a stream of messages yields, in order. */
export type Reading<Message> =
  | { readonly kind: "message"; readonly message: Message }
  /** To be counted; the stream goes on behind it. */
  | { readonly kind: "reject"; readonly why: Reject }
  /** To be counted, and the link to be closed; nothing follows. */
  | { readonly kind: "violation"; readonly why: Violation };
