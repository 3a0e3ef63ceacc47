/** Rooms at the command line: what is shown of them, and texts that go to a room as a whole. */
import { beforeAll, describe, expect, test } from "vitest";
import type { NetworkName } from "../../../base/ids.ts";
import { run, testProcess } from "../testing/surroundings.ts";
import { withLobby } from "../testing/rooms.ts";
import { runProgram } from "../program.ts";
import { until } from "../testing/terminal.ts";

describe("kith rooms", () => {
  test("lists rooms in the server's order, with those that I am in marked", async () => {
    const { out, code } = await run(withLobby().daemon.parts(), ["rooms", "list"]);
    expect([code, out]).toEqual([0, "#games\n#lobby  you are in it\n"]);
  });

  test("shows members in the room's order, me marked, with address, link and when they were last heard", async () => {
    const { out } = await run(withLobby().daemon.parts(), ["rooms", "members"]);
    expect(out).toBe(
      "#lobby on rooms: 3 members, linked to 1\n" +
        "  bob         127.0.0.2:5000  → forward link  heard 7 s ago\n" +
        "  alice  you  127.0.0.9:5000\n" +
        "  carol       127.0.0.3:5000  through others\n",
    );
  });

  test("nobody is reached through others where nobody is linked", async () => {
    const { daemon } = withLobby();
    const members = daemon.answers["rooms.members"];
    if (members === undefined) throw new Error("nobody answers");
    daemon.answers["rooms.members"] = (params) => {
      const found = members(params);
      return {
        ...found,
        connected: false,
        members: found.members.map((member) => ({ ...member, link: "none" })),
      };
    };
    const { out } = await run(daemon.parts(), ["rooms", "members"]);
    expect(out).toContain("3 members, nobody is linked to you");
    expect(out).toMatch(/bob +127\.0\.0\.2:5000 {2}no link/);
    expect(out).not.toContain("through others");
  });

  test.each([
    [["join", "#lobby"], "rooms.join", { room: "lobby" }],
    [["join"], "rooms.join", {}],
    [["leave"], "rooms.leave", {}],
    [["poke", "bob"], "rooms.poke", { who: "bob" }],
    [["poke"], "rooms.poke", {}],
    [["user", "alice"], "rooms.user", { name: "alice" }],
    [["user", ""], "rooms.user", { name: "" }],
  ])("%j asks the daemon for just that, on the network that is named", async (words, method, params) => {
    const { daemon } = withLobby();
    await run(daemon.parts(), ["rooms", ...words, "--network", "lab"]);
    expect(daemon.calls).toContainEqual({ method, params: { network: "lab", ...params } });
    daemon.calls.length = 0;
    await run(daemon.parts(), ["rooms", ...words, "--json"]);
    expect(daemon.calls).toContainEqual({ method, params });
  });

  test("rooms and people whose names only look alike are told apart", async () => {
    const { daemon } = withLobby();
    const network = "rooms" as NetworkName;
    const seen = { address: "127.0.0.2:5000", me: false, link: "none" } as const;
    const names = ["bob", "b\u200bob"];
    daemon.answers["rooms.list"] = () => ({
      network,
      rooms: ["lobby", "lob\u2060by"].map((room) => ({ room, joined: false })),
    });
    daemon.answers["rooms.members"] = () => ({
      ...{ network, room: "lob\u2060by", connected: true, counters: {} },
      members: names.map((name) => ({ ...seen, identity: `name:${name}`, name })),
    });
    expect((await run(daemon.parts(), ["rooms", "list"])).out).toBe("#lobby\n#lob\ufffdby\n");
    const { out } = await run(daemon.parts(), ["rooms", "members"]);
    expect(out).toMatch(/^#lob\ufffdby on rooms: 2 members.*\n {2}bob .*\n {2}b\ufffdob /);
  });

  test("network list says where I am on a network with rooms", async () => {
    const { out } = await run(withLobby().daemon.parts(), ["network", "list"]);
    expect(out).toContain("\n  server 127.0.0.1:32340, you are at 127.0.0.9:5000, in #lobby\n");
  });
});

describe("a text to a room", () => {
  // A verb is loaded when it is run, which takes longer at the very first time than these tests wait.
  beforeAll(() => import("./send.ts"));

  test("goes to the conversation, and its tick claims no more than that it was sent", async () => {
    const { daemon, lobby } = withLobby();
    const sending = run(daemon.parts(), ["send", "#lobby", "hello", "--wait", "sent"]);
    daemon.settle(await until(() => daemon.messages[0]), { state: "sent" });
    expect(await sending).toEqual({ code: 0, out: "1 to #lobby: ✓ sent\n", err: "" });
    expect(daemon.messages[0]?.conversation).toBe(lobby.id);
    const { out } = await run(daemon.parts(), ["why", "1"]);
    expect(out).toContain("  #lobby: sent to the room: this network does not say who has it (since");
  });

  test("is never waited for until it is delivered", async () => {
    const { daemon } = withLobby();
    const sending = run(daemon.parts(), ["send", "#lobby", "hello", "--wait", "delivered"]);
    daemon.settle(await until(() => daemon.messages[0]), { state: "sent" });
    const { code, err } = await sending;
    expect(code).toBe(1);
    expect(err).toContain(
      "The message to #lobby is not delivered: sent to the room: this network does not say",
    );
  });

  test("that waits says why", async () => {
    const { daemon } = withLobby();
    await run(daemon.parts(), ["send", "#lobby", "hello"]);
    for (const [code, says] of [
      ["no-link", "nobody in the room is linked to you"],
      ["not-joined", "you are not in the room"],
      ["server-lost", "the server cannot be reached"],
    ] as const) {
      const [message] = daemon.messages;
      if (message !== undefined) daemon.settle(message, { why: { code } });
      const { out } = await run(daemon.parts(), ["why", "1"]);
      expect(out).toContain(`#lobby: waiting: ${says}`);
    }
  });

  test("goes nowhere where there is no such room, or more than one", async () => {
    const { daemon, lobby } = withLobby();
    const refused = await run(daemon.parts(), ["send", "#games", "hello"]);
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringContaining("You are not in #games") as string,
    });
    const network = "lab" as NetworkName;
    const other = { ...lobby, id: (lobby.id + 1) as typeof lobby.id, network };
    daemon.conversations.set(other.id, other);
    const ambiguous = await run(daemon.parts(), ["send", "#lobby", "hello"]);
    expect(ambiguous).toMatchObject({ code: 1, err: expect.stringContaining("--network") as string });
    expect(daemon.messages).toEqual([]);
    await run(daemon.parts(), ["send", "#lobby", "hello", "--network", "lab"]);
    expect(daemon.messages.map(({ conversation }) => conversation)).toEqual([other.id]);
  });
});

describe("reading a room", () => {
  test("history marks senders whose name proves nothing, and names the room only where it is not clear", async () => {
    const { daemon, bob, lobby } = withLobby();
    daemon.hear(bob, "hello", {}, lobby);
    daemon.hear(bob, "", { body: { kind: "poke" } }, lobby);
    const { out } = await run(daemon.parts(), ["history", "#lobby"]);
    expect(out).toMatch(/\?bob │ hello\n/);
    expect(out).toMatch(/ {2}\* \?bob pokes you\n$/);
    const found = await run(daemon.parts(), ["search", "hello"]);
    expect(found.out).toMatch(/\?bob │ #lobby hello\n$/);
  });

  test("tail prints pokes, and who comes and goes", async () => {
    const { daemon, bob, lobby } = withLobby();
    const process = testProcess();
    const tail = runProgram(["tail"], daemon.parts(), process.around);
    await until(() => (daemon.isFollowed ? true : undefined));
    daemon.notice(lobby, { code: "joined", name: "dave" });
    daemon.hear(bob, "", { body: { kind: "poke" } }, lobby);
    daemon.notice(lobby, { code: "wrong-room", name: "mallory", room: "games" });
    daemon.notice(lobby, { code: "left", name: "dave" });
    await until(() => (process.out().includes("has left") ? true : undefined));
    process.interrupt();
    await tail;
    const lines = process.out().split("\n");
    expect(lines.map((line) => line.slice("20:00  ".length))).toEqual([
      "→ dave has joined #lobby",
      "#lobby * ?bob pokes you",
      "-!- mallory speaks to #games and not to this room: what they say there is not shown.",
      "← dave has left #lobby",
      "",
    ]);
  });
});
