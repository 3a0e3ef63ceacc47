/** What can be asked in which state, and how it is refused. */
import { beforeEach, expect, it } from "vitest";
import { alice, bob, Stage } from "../../../../test/rooms/stage.ts";
import { membersText } from "../../../../test/rooms/server.ts";
import { steps, type RoomsState, type RoomsStep } from "./states.ts";

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});

function join(room = "den", persistent = false): number {
  return stage.ask({ kind: "join", room, persistent });
}

it("the states are left and entered as the table says, through a whole life", () => {
  const states: RoomsState[] = [stage.machine.standing().state];
  const note = (): void => void states.push(stage.machine.standing().state);
  stage.started();
  note();
  join();
  stage.up();
  const leg = stage.dialled.link;
  stage.says(leg, membersText([bob, alice]));
  note();
  const { link } = stage.dialled;
  stage.up(link);
  stage.says(link, "S:0::\r\n");
  note();
  stage.down(link, "reset");
  note();
  stage.ask({ kind: "leave" });
  note();
  stage.tell({ kind: "quit" });
  note();
  expect(states).toEqual(["start", "named", "joined", "connected", "joined", "named", "terminated"]);
  const walk = ["user", "join", "first link", "last link lost", "leave", "quit"] as const;
  let state: RoomsState | undefined = "start";
  for (const [i, step] of walk.entries()) {
    const next: RoomsState | undefined =
      state === undefined ? undefined : steps[state][step satisfies RoomsStep];
    expect(next).toBe(states[i + 1]);
    state = next;
  }
});

it("from every state but the last there is a way to the end, and from the last there is none", () => {
  for (const [state, ways] of Object.entries(steps))
    expect([state, ways.quit]).toEqual([state, state === "terminated" ? undefined : "terminated"]);
  expect(Object.keys(steps.terminated)).toEqual([]);
});

it("a name must be one", () => {
  expect(stage.answerTo(stage.ask({ kind: "user", user: "" }))).toEqual({ code: "name-empty" });
  for (const user of ["a b", "a:b", "ä", "x".repeat(33), "a\n"])
    expect(stage.answerTo(stage.ask({ kind: "user", user }))).toMatchObject({ code: "name-unusable" });
  expect(stage.answerTo(stage.ask({ kind: "user", user: "x".repeat(32) }))).toBe("done");
  expect(stage.machine.standing()).toEqual({ state: "named", user: "x".repeat(32) });
});

it("a name can be changed until a room is entered, and again when it is left", () => {
  stage.started();
  expect(stage.answerTo(stage.ask({ kind: "user", user: "alina" }))).toBe("done");
  join();
  const refused = { code: "renamed-after-join", room: "den" };
  expect(stage.answerTo(stage.ask({ kind: "user", user: "alice" }))).toEqual(refused);
  stage.up();
  stage.says(stage.dialled.link, membersText([{ ...alice, user: "alina" }]));
  expect(stage.answerTo(stage.ask({ kind: "user", user: "alice" }))).toEqual(refused);
  stage.ask({ kind: "leave" });
  expect(stage.answerTo(stage.ask({ kind: "user", user: "alice" }))).toBe("done");
});

it("a join needs a name, a room that is one, and no room at hand", () => {
  stage.tell({ kind: "start" });
  expect(stage.answerTo(join())).toEqual({ code: "join-without-name" });
  stage.ask({ kind: "user", user: "alice" });
  expect(stage.answerTo(join(""))).toEqual({ code: "room-missing" });
  expect(stage.answerTo(join("my den"))).toMatchObject({ code: "room-name-unusable" });
  const first = join();
  expect(stage.answerTo(join("attic"))).toEqual({ code: "already-joined", room: "den" });
  stage.up();
  stage.says(stage.dialled.link, membersText([alice]));
  expect(stage.answerTo(first)).toBe("done");
  expect(stage.answerTo(join("attic"))).toEqual({ code: "already-joined", room: "den" });
  expect(stage.answerTo(join())).toEqual({ code: "already-joined", room: "den" });
});

it("only the room at hand is left, and once", () => {
  stage.joined([alice]);
  const leave = (room?: string): unknown =>
    stage.answerTo(stage.ask({ kind: "leave", ...(room !== undefined && { room }) }));
  expect(leave("attic")).toEqual({ code: "not-joined", room: "attic" });
  expect(leave("den")).toBe("done");
  expect(leave()).toEqual({ code: "not-joined" });
  expect(stage.told("left")).toEqual([{ kind: "left", room: "den" }]);
});

it("a join that is under way is ended by leaving", () => {
  stage.started();
  const joining = join();
  expect(stage.answerTo(stage.ask({ kind: "leave" }))).toBe("done");
  expect(stage.answerTo(joining)).toEqual({ code: "cancelled" });
  expect(stage.told("left")).toEqual([]);
});

it("a join is not refused while our port is being opened, only when it cannot be had", () => {
  stage.started();
  stage.take({ kind: "listenFailed", name: "members", why: "in-use" });
  const why = { code: "port-in-use", details: { what: "TCP", port: 5_001, address: "127.0.0.1" } };
  expect(stage.answerTo(join())).toEqual({ code: "not-listening", port: 5_001, why });
  expect(stage.told("health").at(-1)?.health).toMatchObject({ state: "down", why });
});

it("the roster is told before the join is done", () => {
  stage.joined([bob, alice]);
  const kinds = stage.reports.map(({ kind }) => kind);
  expect(kinds.lastIndexOf("done")).toBeGreaterThan(kinds.indexOf("roster"));
});

it("the standing shows everybody in the list's order, with the link and what was heard over it", () => {
  const { link } = stage.linkedWith(bob);
  stage.says(link, "X::\r\n");
  expect(stage.machine.standing().joined).toEqual({
    room: "den",
    connected: true,
    members: [
      {
        identity: "name:bob",
        name: "bob",
        address: "127.0.0.1:5002",
        me: false,
        link: "backward",
        heardAt: 1_800_000_000_000 + stage.mono,
      },
      { identity: "name:alice", name: "alice", address: "127.0.0.1:5001", me: true, link: "none" },
    ],
  });
});

it("after the end there is silence", () => {
  const { link } = stage.linkedWith(bob);
  stage.tell({ kind: "quit" });
  const told = stage.effects.length;
  stage.says(link, "T:den:1:bob:1:2:hi::\r\n");
  stage.came();
  stage.tell({ kind: "start" });
  stage.run(60_000);
  expect(stage.effects.length).toBe(told);
});
