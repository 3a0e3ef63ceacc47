/** The chat on a terminal in memory: its screen, its keys, its questions, what must not be missed. */
import { describe, expect, test } from "vitest";
import { FakeDaemon } from "../testing/daemon.ts";
import { leave, scene, withEce } from "../testing/scene.ts";
import { testTerminal, until } from "../testing/terminal.ts";

describe("the screen", () => {
  test.each([
    [80, 24],
    [120, 40],
    [44, 20],
  ])(
    "at %i by %i no line is wider than the terminal, and what is typed is undisturbed",
    async (columns, rows) => {
      const { daemon, ece } = withEce();
      const bob = daemon.addPerson("Bob the Builder of Bridges");
      const chat = scene(daemon, testTerminal(columns, rows));
      await chat.shows("to Ece");
      chat.terminal.type("half typed");
      await chat.shows("half typed");
      daemon.hear(
        bob,
        "日本語のテキストもちゃんと折り返されますか？ I hope so 👍 and some more words to break the line",
      );
      daemon.hear(ece, "a *bold* word\n> a quote\n```\ncode\n```\nhttps://example.org/a_b");
      const screen = await chat.shows("https://example.org/a_b");
      expect(screen.split("\n").at(-1)).toMatch(/^to Ece ◆.*> half typed$/);
      expect(screen).not.toContain("*bold*");
      const { column } = await chat.terminal.cursor();
      expect(column).toBe(screen.split("\n").at(-1)?.length);
      await leave(chat);
    },
  );

  test("ticks of the last own message change where it stands", async () => {
    const { daemon } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("hello\r");
    await chat.shows("→ Ece │ hello  … waiting");
    const [message] = daemon.messages;
    if (message === undefined) throw new Error("nothing was sent");
    const sent = daemon.settle(message, { state: "sent" });
    await chat.shows("hello  ✓ sent");
    daemon.settle(sent, { state: "delivered" });
    const screen = await chat.shows("hello  ✓✓ delivered");
    expect(screen.match(/hello/g)).toHaveLength(1);
    await leave(chat);
  });

  test("an older message tells only when it failed, with the reason and what to do", async () => {
    const { daemon, ece } = withEce();
    const chat = scene(daemon, testTerminal(140));
    await chat.shows("to Ece");
    chat.terminal.type("first\r");
    await chat.shows("first");
    daemon.hear(ece, "something between");
    await chat.shows("something between");
    const [message] = daemon.messages;
    if (message === undefined) throw new Error("nothing was sent");
    daemon.settle(message, { state: "failed", why: { code: "refused" } });
    await chat.shows(
      "✗ “first” to Ece: not sent: Ece is not listening: the connection was refused. /why 1, /retry 1",
    );
    await leave(chat);
  });

  test("Ctrl+L empties the screen and keeps what is typed", async () => {
    const { daemon } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("typed\f");
    await until(async () => ((await chat.terminal.screen()).startsWith("to Ece") ? true : undefined));
    expect(await chat.terminal.screen()).toBe("to Ece ◆ encrypted> typed");
    await leave(chat);
  });

  test("a smaller or larger terminal is drawn anew without losing the line", async () => {
    const { daemon, ece } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("a rather long line that is going to be broken when the terminal gets narrow");
    await chat.shows("narrow");
    chat.terminal.resize(40, 20);
    daemon.hear(ece, "hello there");
    const narrow = await chat.shows("hello there");
    expect(narrow.match(/a rather long/g)).toHaveLength(1);
    chat.terminal.resize(100, 30);
    daemon.hear(ece, "and again");
    expect((await chat.shows("and again")).match(/a rather long/g)).toHaveLength(1);
    await leave(chat);
  });
});

describe("keys", () => {
  test("Tab completes commands and names, and lists what is possible", async () => {
    const { daemon } = withEce();
    daemon.addPerson("Eve");
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("/whoi\te\t\t");
    await chat.shows(/Ece {2}Eve\n.*> \/whois e$/i);
    chat.terminal.type("c\t");
    await chat.shows(/> \/whois Ece *$/);
    await leave(chat);
  });

  test("Ctrl+C clears the line first and then leaves; the line can be found again", async () => {
    const { daemon } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("not this\u0003");
    await chat.shows(/encrypted> *$/);
    chat.terminal.type("\u001b[A");
    await chat.shows("> not this");
    await leave(chat);
  });

  test("Ctrl+R finds what was entered before; Enter takes it, and only the next Enter sends it", async () => {
    const { daemon } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("see you at the lighthouse\r");
    await until(() => daemon.messages[0]);
    chat.terminal.type("half typed\u0012light");
    await chat.shows("(search) light: see you at the lighthouse");
    chat.terminal.type("\u001b\u001b");
    await chat.shows(/> half typed$/);
    chat.terminal.type("\u0012LIGHT\r");
    await chat.shows(/encrypted> see you at the lighthouse$/);
    expect(daemon.messages).toHaveLength(1);
    await leave(chat);
  });

  test("several pasted lines are asked about, and are not sent by themselves", async () => {
    const { daemon } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("\u001b[200~one\ntwo\nthree\u001b[201~");
    await chat.shows("You pasted 3 lines");
    expect(daemon.messages).toEqual([]);
    chat.terminal.type("y\r");
    await chat.shows("three");
    chat.terminal.type("\r");
    const message = await until(() => daemon.messages[0]);
    expect(message.body).toEqual({ kind: "text", text: "one\ntwo\nthree" });
    await leave(chat);
  });
});

describe("/msg", () => {
  test("begins the conversation where none is open: what is typed next goes there too", async () => {
    const daemon = new FakeDaemon();
    daemon.addPerson("Ece");
    const chat = scene(daemon);
    await chat.shows("online");
    chat.terminal.type("/msg Ece hello\r");
    await chat.shows("to Ece ◆ encrypted>");
    chat.terminal.type("and more\r");
    await chat.shows("→ Ece │ and more");
    await leave(chat);
  });

  test("leaves an open conversation open, and no incoming message opens another", async () => {
    const { daemon } = withEce();
    const bob = daemon.addPerson("Bob");
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("/msg Bob hello\r");
    await chat.shows("→ Bob │ hello");
    daemon.hear(bob, "hello back");
    await chat.shows(/hello back\nto Ece ◆ encrypted>$/);
    await leave(chat);
  });
});

describe("questions", () => {
  test("unencrypted is asked once, and no is no", async () => {
    const { daemon, ece } = withEce();
    daemon.change(ece, {
      contacts: ece.contacts.map((contact) => ({ ...contact, keyed: false, secrecy: "none" })),
    });
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("hello\r");
    await chat.shows("send it? y/n");
    chat.terminal.type("n\r");
    await chat.shows(/> hello$/);
    expect(daemon.messages).toEqual([]);
    chat.terminal.type("\r");
    await chat.shows(/y\/n *$/);
    chat.terminal.type("y\r");
    await until(() => daemon.messages[0]);
    chat.terminal.type("again\r");
    await chat.shows("│ again");
    await leave(chat);
  });

  test("a name that fits several people is asked about", async () => {
    const { daemon, ece } = withEce();
    daemon.addPerson("Ece (2)", { trust: "changed", sharesNameWith: ece.id, contacts: ece.contacts });
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type('/msg "ece" hello\r');
    await chat.shows("which number?");
    chat.terminal.type("2\r");
    await chat.shows("→ Ece (2) │ hello");
    await leave(chat);
  });

  test("the first start asks for a name and says who can be reached", async () => {
    const { daemon } = withEce();
    daemon.profile = { ...daemon.profile, name: "root", named: false };
    const chat = scene(daemon);
    await chat.shows("Enter alone takes root.");
    chat.terminal.type("Ayşe\r");
    await chat.shows("Hello Ayşe.");
    await chat.shows("You can reach everybody on lan");
    expect(daemon.profile.name).toBe("Ayşe");
    await leave(chat);
  });
});

describe("what must not be missed", () => {
  test("somebody under a known name with another key", async () => {
    const { daemon, ece } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    const other = daemon.addPerson("Ece (2)", { online: false });
    daemon.change(other, { online: true, trust: "changed", sharesNameWith: ece.id });
    await chat.shows("Ece (2) is not the Ece you know");
    await leave(chat);
  });

  test("an unknown command is not sent, and the line comes back", async () => {
    const { daemon } = withEce();
    const chat = scene(daemon);
    await chat.shows("to Ece");
    chat.terminal.type("/hsitory 5\r");
    await chat.shows("did you mean /history?");
    await chat.shows(/> \/hsitory 5$/);
    expect(daemon.messages).toEqual([]);
    await leave(chat);
  });

  test("somebody who takes another name", async () => {
    const daemon = new FakeDaemon();
    const bob = daemon.addPerson("root");
    const chat = scene(daemon);
    await chat.shows("online");
    daemon.change(bob, { label: "Bob" });
    await chat.shows("root is now called Bob");
    await leave(chat);
  });
});

test("--simple prints lines and redraws nothing", async () => {
  const { daemon, ece } = withEce();
  const chat = scene(daemon, testTerminal(), { argv: ["--simple"] });
  await chat.shows("Ece");
  daemon.hear(ece, "hello *there*");
  await chat.shows("│ hello there");
  chat.terminal.type("hi\n");
  await chat.shows("→ Ece │ hi");
  chat.terminal.type("/quit\n");
  expect(await chat.done).toBe(0);
  expect(chat.terminal.written()).not.toContain("\u001b");
});
