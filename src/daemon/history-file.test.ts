/** A line of an export says all that places its message, and comes back as what it was. */
import { expect, test } from "vitest";
import { plain, rooms, said, Scene } from "../../test/scenes/chat-scene.ts";
import { recordOf, toRecord } from "./history-file.ts";

test("what was said in a room comes back in that room, by whoever said it, also where they have left", () => {
  const [bob, carol] = [plain("bob"), plain("carol")];
  const scene = new Scene();
  scene.addRooms();
  const { id } = scene.inRoom([bob, carol]);
  scene.spoken(bob, said("hello"));
  scene.send(id, "çay?");
  scene.spoken(carol, { kind: "poke" });
  scene.hear(
    {
      kind: "noticed",
      place: { kind: "room", room: "garden" },
      notice: { code: "wrong-room", name: "mallory", room: "kitchen" },
    },
    rooms,
  );
  scene.inRoom([]);
  const lines = exported(scene);
  const other = new Scene();
  const records = lines.map(toRecord).filter((record) => record !== undefined);
  expect(other.do({ kind: "import", records })).toEqual({ added: lines.length, known: 0 });
  const view = other.chat.queries.room(rooms, "garden");
  expect(other.shown(view?.conversation.id ?? id)).toEqual(scene.shown(id));
  expect(exported(other)).toEqual(lines);
});

function exported({ chat: { queries } }: Scene): readonly string[] {
  return queries.since(0, 1_000).flatMap((message) => {
    const within = queries.conversation(message.message.conversation);
    const record = within === undefined ? undefined : recordOf(within, message, queries);
    return record === undefined ? [] : [JSON.stringify(record)];
  });
}
