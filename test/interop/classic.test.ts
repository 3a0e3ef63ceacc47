/** We and the classic programs of the LAN wire understand each other, and the screen says that nothing is encrypted. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { DaemonWorld, online, textsWith, until } from "../integration/daemon-world.ts";
import type { Peer, Running } from "../integration/daemon-world.ts";
import { ClassicProgram } from "./classic-program.ts";

let world: DaemonWorld;
let alice: Peer;
let running: Running;
let classic: ClassicProgram;

beforeEach(async () => {
  world = await DaemonWorld.make();
  alice = world.peer("alice");
  classic = await ClassicProgram.start("Ece", world.peer("ece").address);
  world.atEnd(() => classic.stop());
  running = await world.start(alice);
});

afterEach(() => world.end());

const consent = { allowPlain: true } as const;

test("our announcement has the original document's two keys, and one of ours", async () => {
  const { text } = await classic.until(() => classic.heard.find(({ from }) => from === alice.address));
  const announced: unknown = JSON.parse(text);
  expect(announced).toMatchObject({ username: "alice", ip_address: alice.address });
  expect(Object.keys(announced ?? {}).toSorted()).toEqual(["ip_address", "kith", "username"]);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1_024);
});

test("a classic program is seen, known by its name alone, and marked as not encrypted", async () => {
  classic.announce(alice.address);
  await online(running.client, "Ece");
  const { people } = await running.client.call("people.find", { who: "Ece" });
  expect(people).toMatchObject([
    { trust: "unknown", contacts: [{ keyed: false, secrecy: "none", address: classic.address }] },
  ]);
});

test("nothing goes out in plain before the user was asked; then the text goes as it is", async () => {
  classic.announce(alice.address);
  await online(running.client, "Ece");
  const to = { who: "Ece" };
  await expect(running.client.call("messages.send", { to, text: "merhaba" })).rejects.toMatchObject({
    code: "consent-needed",
  });
  const sent = await running.client.call("messages.send", { to, text: "merhaba", ...consent });
  expect(await classic.until(() => classic.printed[0])).toBe("merhaba");
  expect(sent.secrecy).toBe("none");
  await until(running.client, async () => {
    const { deliveries } = await running.client.call("messages.get", { message: sent.id });
    return deliveries[0]?.state === "sent" ? true : undefined;
  });
});

test("a long text arrives whole at a program that reads 1,024 bytes of each connection", async () => {
  classic.announce(alice.address);
  await online(running.client, "Ece");
  const text = "çok uzun bir mektup ".repeat(250);
  await running.client.call("messages.send", { to: { who: "Ece" }, text, ...consent });
  await classic.until(() => (classic.printed.join("") === text ? true : undefined));
  expect(classic.printed.length).toBeGreaterThan(4);
});

test("each message of a connection kept open is one message, and a goodbye is none", async () => {
  classic.announce(alice.address);
  await online(running.client, "Ece");
  const shown = (count: number) =>
    until(running.client, async () => {
      const texts = await textsWith(running.client, "Ece");
      return texts.length >= count ? texts : undefined;
    });
  await classic.sayOnKeptConnection(alice.address, "first");
  expect(await shown(1)).toEqual(["first"]);
  await classic.sayOnKeptConnection(alice.address, "second");
  expect(await shown(2)).toEqual(["first", "second"]);
  await classic.sayOnKeptConnection(alice.address, "exit");
  await classic.say(alice.address, "third");
  expect(await shown(3)).toEqual(["first", "second", "third"]);
});

test("a program that writes its user's name before the text is shown with the text", async () => {
  classic.announce(alice.address);
  await online(running.client, "Ece");
  await classic.say(alice.address, "Ece >> nasılsın");
  const texts = await until(running.client, async () => {
    const said = await textsWith(running.client, "Ece");
    return said.length > 0 ? said : undefined;
  });
  expect(texts).toEqual(["nasılsın"]);
});

test("somebody who never announced is shown by the address", async () => {
  await classic.say(alice.address, "who is there?");
  const title = await until(running.client, async () => {
    const { conversations } = await running.client.call("conversations.list", {});
    return conversations[0]?.title;
  });
  expect(title).toBe(classic.address);
});
