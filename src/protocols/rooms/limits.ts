/** The bounds of the rooms wire, each with its reason: what may be sent, and what is taken from others. */

/** Bytes of a room's or a user's name, as the wire's document allows. */
export const nameBytesMax = 32;

/** Bytes of content that we put into one text: the document says "less than 500". */
export const sentContentBytesMax = 499;

/** Bytes of content that we take: some programs count otherwise; twice the document's bound is plenty. */
export const takenContentBytesMax = 1_024;

/** Bytes of any message but the long replies. The longest honest one, a text, has less than 1.3 KiB. */
export const messageBytesMax = 8 * 1_024;

/** Bytes of a text before its content. Two names, two numbers and a length need 120; foreign names may be longer. */
export const textHeaderBytesMax = 512;

/** Bytes of a list of rooms or members: 100,000 of them with names of usual length. */
export const listBytesMax = 4 * 1_024 * 1_024;

/** Bytes of a poke: two names, and what stands around them. */
export const pokeBytesMax = 2 * nameBytesMax + 7;

/** How long a message may stay incomplete: people on slow links send 8 KiB in far less. */
export const incompleteMsMax = 10_000;

/** The port of a room server when none is named. */
export const serverPort = 32_340;
