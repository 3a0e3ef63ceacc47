/** A chat in a room: the prompt, entering and leaving, who is there, pokes, and what is told of it. */
import { expect, test } from "vitest";
import { KithError } from "../../../base/errors.ts";
import type { ConversationId, NetworkName } from "../../../base/ids.ts";
import { conversationRecord } from "../testing/records.ts";
import { roomsRecord, withLobby, type RoomScene } from "../testing/rooms.ts";
import { leave, scene, type Scene } from "../testing/scene.ts";
import { testTerminal, until } from "../testing/terminal.ts";

async function inLobby(facts: RoomScene = withLobby()): Promise<RoomScene & { readonly chat: Scene }> {
  const chat = scene(facts.daemon, testTerminal(100, 40));
  await chat.shows("to #lobby");
  return { ...facts, chat };
}

test("the prompt says how many are there, that anybody can read, and when nothing can be said", async () => {
  const { daemon, lobby, chat } = await inLobby();
  await chat.shows(/to #lobby \(3\) ! not encrypted>$/);
  daemon.changeConversation(lobby, { standing: "joined" });
  await chat.shows(
    /#lobby: nobody is linked to you, so nothing can be sent[^]*to #lobby \(3\) nobody linked !/,
  );
  daemon.changeConversation(lobby, { standing: "connected" });
  await chat.shows("#lobby: somebody is linked to you, what you write goes out.");
  daemon.changeConversation(lobby, { standing: "joined", members: [] });
  await chat.shows(/#lobby: nobody else is there\.[^]*to #lobby \(1\) alone !/);
  daemon.changeConversation(lobby, { standing: "out", members: [] });
  await chat.shows(/to #lobby not joined ! not encrypted>$/);
  await leave(chat);
});

test("the chat begins in the room one is in, not in the one that was left", async () => {
  const { daemon, lobby } = withLobby();
  const games = { ...lobby, id: (lobby.id + 1) as ConversationId, title: "games", room: "games" };
  daemon.conversations.set(games.id, { ...games, standing: "out", newest: lobby.newest + 9 });
  const chat = scene(daemon, testTerminal(100, 40));
  await chat.shows("to #lobby (3)");
  await leave(chat);
  daemon.changeConversation(lobby, { standing: "out" });
  const outside = scene(daemon, testTerminal(100, 40));
  await outside.shows("to #games not joined");
  await leave(outside);
});

test("of two rooms of one name it is always said which is meant", async () => {
  const { daemon, lobby, bob } = withLobby();
  const network = "lab" as NetworkName;
  const other = { ...lobby, id: (lobby.id + 1) as ConversationId, network, newest: 0 };
  daemon.conversations.set(other.id, other);
  const { chat } = await inLobby({ ...withLobby(), daemon, lobby, bob });
  await chat.shows("to #lobby@rooms (3)");
  daemon.hear(bob, "over there", {}, other);
  await chat.shows("#lobby@lab over there");
  chat.terminal.type("/query #lobby@lab\r");
  await chat.shows("to #lobby@lab (3)");
  chat.terminal.type("hello there\r");
  const sent = await until(() => daemon.messages.find(({ mine }) => mine));
  expect(sent.conversation).toBe(other.id);
  await chat.shows("→ #lobby@lab │ hello there");
  await leave(chat);
});

test("on a narrow terminal every line fits, and the prompt leaves room to type", async () => {
  const { daemon, lobby } = withLobby();
  daemon.conversations.set(lobby.id, { ...lobby, title: "a-room-with-a-name-as-long-as-it-" });
  const chat = scene(daemon, testTerminal(44, 40));
  await chat.shows(/^─── #a-room-with-a-name-as-long-as-it- · 3…$/m);
  await chat.shows(/to #a-room-with-a-name… \(3\) !>$/);
  await leave(chat);
});

test("/join enters a room, makes it the current conversation and shows who is there", async () => {
  const { daemon, lobby } = withLobby();
  const ece = daemon.addPerson("Ece");
  daemon.hear(ece, "hello"); // the newest conversation is the one that is open at the start
  const chat = scene(daemon, testTerminal(100, 40));
  await chat.shows("to Ece");
  chat.terminal.type("/join #lobby\r");
  await chat.shows(/#lobby on rooms: 3 members[^]*alice {2}you[^]*to #lobby \(3\)/);
  expect(daemon.calls).toContainEqual({ method: "rooms.join", params: { room: "lobby" } });
  chat.terminal.type("hello all\r");
  const message = await until(() => daemon.messages[1]);
  expect(message.conversation).toBe(lobby.id);
  daemon.settle(message, { state: "sent" });
  await chat.shows("→ #lobby │ hello all  ✓ sent");
  await leave(chat);
});

test("/leave leaves the room that is open, and tells what closes any other conversation", async () => {
  const { daemon, chat } = await inLobby();
  chat.terminal.type("/leave\r");
  await chat.shows(/You have left the room[^]*to #lobby not joined/);
  const params = { network: "rooms", room: "lobby" };
  expect(daemon.calls).toContainEqual({ method: "rooms.leave", params });
  const ece = daemon.addPerson("Ece");
  daemon.hear(ece, "hello");
  await chat.shows("hello");
  chat.terminal.type("/query Ece\r");
  await chat.shows("to Ece");
  chat.terminal.type("/part\r");
  await chat.shows("Ece is no room that could be left; /close closes the conversation");
  expect(daemon.calls.filter(({ method }) => method === "rooms.leave")).toHaveLength(1);
  await leave(chat);
});

test("/close closes a room's conversation and says that one is still in the room", async () => {
  const { daemon, chat } = await inLobby();
  chat.terminal.type("/close\r");
  await chat.shows(/You are still in #lobby; \/leave leaves it\.\n> *$/);
  expect(daemon.calls.map(({ method }) => method)).not.toContain("rooms.leave");
  await leave(chat);
});

test("/poke without a name asks to whom and names those who are there; with one, their answer is told", async () => {
  const { daemon, chat } = await inLobby();
  chat.terminal.type("/poke\r");
  await chat.shows(/To whom do you want to send the poke\? In the room: bob, carol\nnickname: *$/);
  chat.terminal.type("carol\r");
  await chat.shows("carol has answered the poke.");
  chat.terminal.type("/poke b\t\r");
  await chat.shows("bob has answered the poke.");
  expect(daemon.calls.filter(({ method }) => method === "rooms.poke").map(({ params }) => params)).toEqual([
    { network: "rooms" },
    { network: "rooms", who: "carol" },
    { network: "rooms", who: "bob" },
  ]);
  await leave(chat);
});

test("whoever is alone is told so, and not asked for a nickname", async () => {
  const { daemon, lobby, chat } = await inLobby();
  daemon.changeConversation(lobby, { standing: "joined", members: [] });
  await chat.shows("(1) alone");
  daemon.answers["rooms.poke"] = () => {
    throw new KithError("poke-whom", { members: "nobody else" });
  };
  chat.terminal.type("/poke\r");
  await chat.shows(/✗ To whom do you want to send the poke\? In the room: nobody else[^]*to #lobby \(1\)/);
  chat.terminal.type("\u0015");
  await leave(chat);
});

test("a poke without a name is refused in words where nobody can be asked", async () => {
  const { daemon } = withLobby();
  const chat = scene(daemon, testTerminal(100, 40), { argv: ["--simple"] });
  await chat.shows("No messages here yet");
  daemon.answers["rooms.poke"] = () => {
    throw new KithError("poke-unanswered", { name: "bob" });
  };
  chat.terminal.type("/poke bob\n");
  await chat.shows("✗ bob has not answered the poke.");
  chat.terminal.type("/quit\n");
  expect(await chat.done).toBe(1);
});

test("a poke is told and heard, but many at once ring once", async () => {
  const { daemon, bob, carol, lobby, chat } = await inLobby();
  let bells = 0;
  chat.terminal.emulator.onBell(() => bells++);
  daemon.hear(bob, "", { body: { kind: "poke" } }, lobby);
  daemon.hear(carol, "", { body: { kind: "poke" } }, lobby);
  await chat.shows(/\* \?bob pokes you\n.*\* \?carol pokes you/);
  expect(bells).toBe(1);
  await leave(chat);
});

test("what is said elsewhere names its place; what is said here does not", async () => {
  const { daemon, bob, lobby } = withLobby();
  const ece = daemon.addPerson("Ece");
  const games = { ...lobby, id: 7 as ConversationId, title: "games", room: "games" };
  daemon.conversations.set(games.id, games);
  const chat = scene(daemon, testTerminal(100, 40));
  await chat.shows("kith");
  chat.terminal.type("/query #lobby\r");
  await chat.shows("to #lobby");
  daemon.hear(bob, "in here", {}, lobby);
  daemon.hear(bob, "over there", {}, games);
  daemon.hear(ece, "for you");
  await chat.shows(/\?bob │ in here\n.*\?bob │ #games over there\n.*Ece │ \(to you\) for you/);
  await leave(chat);
});

test("rooms and members are completed, those in the room before all others", async () => {
  const facts = withLobby();
  facts.daemon.addPerson("Bobby");
  const { chat } = await inLobby(facts);
  chat.terminal.type("/rooms\r");
  await chat.shows("#games");
  chat.terminal.type("/join g\t");
  await chat.shows("/join games");
  chat.terminal.type("\u0003/poke c\t");
  await chat.shows("/poke carol");
  chat.terminal.type("\u0003bob\t\t");
  await chat.shows(/bob: {2}Bobby:/);
  await leave(chat);
});

test("/links shows which way one is linked, what was dropped, and how the server is", async () => {
  const { chat } = await inLobby();
  chat.terminal.type("/links\r");
  const screen = await chat.shows(/\n {2}0 shown, 12 dropped as duplicate, 1 × wrong room\n/);
  expect(screen).toMatch(/ {2}→ forward link {2}bob {2}127\.0\.0\.2:5000 {2}heard 7 s ago\n/);
  expect(screen).toContain("server 127.0.0.1:32340: ● connected");
  expect(screen).not.toContain("unknown origin");
  await leave(chat);
});

test("/user tells the name, and that there is none", async () => {
  const { daemon, chat } = await inLobby();
  chat.terminal.type("/user bobby\r");
  await chat.shows("rooms: others see you as bobby.");
  daemon.answers["rooms.user"] = () => ({ network: roomsRecord.name });
  chat.terminal.type("/user\r");
  await chat.shows("✗ No name was given.");
  await leave(chat);
});

test("a room that is not known is not somebody's name, and what was typed comes back", async () => {
  const { daemon, chat } = await inLobby();
  chat.terminal.type("/msg #games hello\r");
  await chat.shows(/✗ You are not in #games\.[^]*> \/msg #games hello$/);
  chat.terminal.type("\u0003/msg #lobby hello\r");
  await until(() => daemon.messages[0]);
  await leave(chat);
});

test("a room that two networks have is asked for with its network", async () => {
  const { daemon, lobby, chat } = await inLobby();
  daemon.conversations.set(8, {
    ...lobby,
    id: 8 as ConversationId,
    network: "lab" as NetworkName,
    members: [],
  });
  daemon.emit({ kind: "conversation-changed", conversation: 8 as ConversationId });
  await until(() => daemon.calls.find(({ params }) => JSON.stringify(params) === '{"conversation":8}'));
  chat.terminal.type("/query #lobby\r");
  await chat.shows("✗ Several networks have rooms: rooms, lab.");
  chat.terminal.type("\u0003/query #lobby lab\r");
  await chat.shows(/─── #lobby@lab · 1 member ─[^]*to #lobby@lab \(1\)/);
  await leave(chat);
});

test("the two meanings of a name: a person before a room, a room where it has its sign", async () => {
  const { daemon, chat } = await inLobby();
  const person = daemon.addPerson("lobby");
  daemon.conversations.set(9, conversationRecord(9 as ConversationId, person));
  daemon.emit({ kind: "person-changed", person: person.id });
  await chat.shows("lobby is online");
  chat.terminal.type("/query lobby\r");
  await chat.shows("to lobby ◆ encrypted>");
  chat.terminal.type("/query #lobby\r");
  await chat.shows("to #lobby (3)");
  await leave(chat);
});
