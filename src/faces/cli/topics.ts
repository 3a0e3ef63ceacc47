/** What `kith topics` explains beyond the verbs. */
export const topicsText = `Names
  A person is meant by their label ("Ece"), your own name for them, or their number in \`kith people\`. A name that
  fits several people is never guessed: you are asked, or without a terminal the people are listed and the verb fails.
  A room is written #NAME (in a shell '#NAME'); where several networks have one of that name, #NAME@NETWORK.
  ?NAME     nothing proves who it is: on this network anybody can use the name

Secrecy
  ◆ encrypted               only the recipient can read it
  ◇ encrypted on the way    the servers in between can read it
  ! not encrypted           anybody on the way can read it; you are asked once per person (--plain agrees)

Delivery
  … waiting    it will be tried again by itself; \`kith why NUMBER\` says when and why
  ✓ sent       it went out; this program or network cannot say more (in a room: never who has it)
  ✓✓ delivered the recipient holds a durable copy
  ✗ not sent   with the reason; /retry NUMBER in the chat tries again

Numbers
  Each message has a number of this profile, shown by \`kith history\`, \`search\` and \`send\`.
  \`kith tail --since N\` continues after the change N: it misses nothing, also across restarts.

JSON
  With --json the answer is one JSON value on stdout, a stream is one JSON value a line, and an error is one JSON
  object on stderr: {"error":{"code","message","mend","details"}}. Codes are permanent. Texts are exact; characters
  that could steer a terminal are written as \\uXXXX.

Exit codes
  0 done    1 failed, the reason is on stderr    2 wrong usage    130 ended by Ctrl+C

Keys in the chat
  Enter sends, Alt+Enter begins a new line, Tab completes, ↑ ↓ go through what you typed and Ctrl+R searches it,
  Ctrl+L redraws, Ctrl+C clears the line and then leaves, Ctrl+D leaves. /help lists the commands; //text says /text.
`;
