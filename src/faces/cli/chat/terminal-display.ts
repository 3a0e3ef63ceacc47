/** The chat's surface on a terminal: keys come in, the line being typed stays below what is told. */
import { chatWords } from "../../model/chat-words.ts";
import { styled, plain, type Spans } from "../../model/spans.ts";
import type { Colours } from "../paint.ts";
import type { InputStream, OutputStream, Surroundings } from "../parts.ts";
import type { Display, DisplayListener } from "./display.ts";
import { emptyEditor, insert, press, submitted, withText, type Editor } from "./editor.ts";
import {
  beginSearch,
  foundText,
  soughtLess,
  soughtMore,
  soughtOlder,
  taken,
  type HistorySearch,
} from "./history-search.ts";
import { KeyDecoder, type Key, type KeyName } from "./keys.ts";
import { LiveScreen } from "./live-screen.ts";

interface Question {
  readonly prompt: string;
  /** What is typed is not shown. */
  readonly isSecret: boolean;
  readonly answer: (text: string | undefined) => void;
  /** What was being typed when it came up. */
  readonly before: Editor;
}

/** More choices than this say nothing. */
const choicesShownMax = 30;

export class TerminalDisplay implements Display {
  readonly #input: InputStream;
  readonly #output: OutputStream;
  readonly #around: Surroundings;
  readonly #screen: LiveScreen;
  readonly #keys = new KeyDecoder();
  readonly #ended = Promise.withResolvers<undefined>();
  #editor = emptyEditor;
  #prompt: (width: number) => Spans = () => [plain("> ")];
  #question: Question | undefined;
  #search: HistorySearch | undefined;
  #listener: DisplayListener | undefined;
  /** Keys that do more than edit. */
  readonly #deeds: Partial<Readonly<Record<KeyName, () => void>>> = {
    enter: () => {
      this.#enter();
    },
    tab: () => {
      this.#complete();
    },
    redraw: () => {
      this.#screen.clear();
    },
    "search-history": () => {
      if (this.#question === undefined) this.#look(beginSearch(this.#editor));
    },
    escape: () => {
      this.#answer(undefined);
    },
    interrupt: () => {
      this.#interrupt();
    },
    "end-of-input": () => {
      if (this.#editor.text === "") this.#endOfInput();
      else this.#edit(press(this.#editor, "delete"));
    },
  };
  /** Lines are worked off one after the other. */
  #work: Promise<void> = Promise.resolve();

  constructor(around: Surroundings, colours: Colours) {
    this.#around = around;
    this.#input = around.stdin;
    this.#output = around.stdout;
    this.#screen = new LiveScreen(around.stdout, colours);
  }

  get width(): number {
    return this.#screen.width;
  }

  get typed(): string {
    return this.#question?.before.text ?? this.#editor.text;
  }

  print(lines: readonly Spans[], key?: string): void {
    this.#screen.print(lines, key);
  }

  replace(key: string, lines: readonly Spans[]): boolean {
    return this.#screen.replace(key, lines);
  }

  complain(lines: readonly Spans[]): void {
    this.#screen.print(lines);
  }

  prompt(prompt: (width: number) => Spans): void {
    this.#prompt = prompt;
    this.#show();
  }

  clear(): void {
    this.#screen.clear();
  }

  ring(): void {
    this.#screen.ring();
  }

  offer(text: string): void {
    if (this.#editor.text === "" && this.#question === undefined) this.#editor = withText(this.#editor, text);
    this.#show();
  }

  ask(question: readonly Spans[], prompt: string): Promise<string | undefined> {
    this.#screen.print(question);
    return this.#ask(prompt, false);
  }

  askSecret(prompt: string): Promise<string | undefined> {
    return this.#ask(prompt, true);
  }

  #ask(prompt: string, isSecret: boolean): Promise<string | undefined> {
    this.#answer(undefined);
    this.#look(undefined);
    return new Promise((resolve) => {
      this.#question = { prompt, isSecret, answer: resolve, before: this.#editor };
      this.#editor = emptyEditor;
      this.#show();
    });
  }

  async run(listener: DisplayListener): Promise<void> {
    this.#listener = listener;
    const take = (chunk: Buffer | string): void => {
      for (const key of this.#keys.feed(chunk.toString())) this.#take(key);
    };
    const resized = (): void => {
      this.#screen.resized();
      this.#show();
    };
    const stopListening = this.#around.onInterrupt(() => {
      this.end();
    });
    this.#input.setRawMode?.(true);
    this.#input.setEncoding("utf8");
    this.#input.on("data", take);
    const inputEnds = (): void => {
      this.end();
    };
    this.#input.once("end", inputEnds);
    this.#output.on("resize", resized);
    this.#input.resume();
    this.#show();
    await this.#ended.promise;
    this.#answer(undefined);
    await this.#work;
    this.#output.off("resize", resized);
    this.#input.off("data", take);
    this.#input.pause();
    this.#input.setRawMode?.(false);
    stopListening();
    this.#screen.end();
  }

  end(): void {
    this.#ended.resolve(undefined);
  }

  #take(key: Key): void {
    this.#listener?.touched();
    if (this.#search !== undefined && this.#takeSought(key, this.#search)) return;
    if (key.kind === "text") this.#edit(insert(this.#editor, key.text));
    else if (key.kind === "paste") this.#paste(key.text);
    else this.#press(key.name);
  }

  #press(name: KeyName): void {
    const deed = this.#deeds[name];
    if (deed === undefined) this.#edit(press(this.#editor, name));
    else deed();
  }

  /** True when the key was the search's; any other takes what was found, and then does what it always does. */
  #takeSought(key: Key, search: HistorySearch): boolean {
    if (key.kind === "text") this.#look(soughtMore(search, key.text));
    else if (key.kind === "key" && key.name === "backspace") this.#look(soughtLess(search));
    else if (key.kind === "key" && key.name === "search-history") this.#look(soughtOlder(search));
    else {
      this.#look(undefined);
      const isGivenUp = key.kind === "key" && (key.name === "interrupt" || key.name === "escape");
      if (!isGivenUp) this.#edit(taken(search));
      return isGivenUp || (key.kind === "key" && key.name === "enter");
    }
    return true;
  }

  #look(search: HistorySearch | undefined): void {
    this.#search = search;
    this.#show();
  }

  /** Ctrl+C: first gives up the question, then the line, then the chat. */
  #interrupt(): void {
    if (this.#question !== undefined) this.#answer(undefined);
    else if (this.#editor.text !== "") this.#edit(submitted(this.#editor));
    else this.end();
  }

  #endOfInput(): void {
    if (this.#question !== undefined) this.#answer(undefined);
    else this.end();
  }

  #enter(): void {
    const { text } = this.#editor;
    if (this.#question !== undefined) {
      this.#answer(text);
      return;
    }
    this.#edit(submitted(this.#editor));
    this.#work = this.#work.then(() => this.#listener?.entered(text));
  }

  #answer(text: string | undefined): void {
    const question = this.#question;
    if (question === undefined) return;
    this.#question = undefined;
    this.#editor = question.before;
    this.#show();
    question.answer(text);
  }

  /** Several lines are not put in unasked: who pastes the wrong thing has not sent it. */
  #paste(pasted: string): void {
    const text = pasted
      .replace(/\r\n?/g, "\n")
      .replaceAll("\t", "    ")
      .replace(/[^\P{Cc}\n]/gu, "");
    const lines = text.replace(/\n+$/, "").split("\n");
    if (lines.length === 1 || this.#question !== undefined) {
      this.#edit(insert(this.#editor, lines.join(" ")));
      return;
    }
    const question = [styled(chatWords.pasted(lines.length), "warning")];
    void this.ask([question], chatWords.yesOrNo).then((answer) => {
      if (/^y/i.test(answer ?? "")) this.#edit(insert(this.#editor, lines.join("\n")));
    });
  }

  #complete(): void {
    if (this.#listener === undefined || this.#question !== undefined) return;
    const { text, cursor } = this.#editor;
    const before = text.slice(0, cursor);
    const { from, choices } = this.#listener.complete(before);
    const common = commonStart(choices);
    if (choices.length === 0) return;
    if (choices.length > 1 && common.length <= before.length - from) {
      const shown = choices.slice(0, choicesShownMax).map((choice) => choice.trim());
      const more = choices.length > shown.length ? chatWords.moreChoices(choices.length - shown.length) : "";
      this.#screen.print([[styled(shown.join("  ") + more, "dim")]]);
      return;
    }
    this.#edit({
      ...withText(this.#editor, text.slice(0, from) + common + text.slice(cursor)),
      cursor: from + common.length,
    });
  }

  #edit(editor: Editor): void {
    const isOther = editor.text !== this.#editor.text;
    this.#editor = editor;
    this.#show();
    if (isOther && this.#question === undefined) this.#listener?.typing(editor.text);
  }

  #show(): void {
    const { text, cursor } = this.#editor;
    if (this.#search !== undefined) {
      const found = foundText(this.#search);
      const prompt = [styled(chatWords.searchPrompt(this.#search.sought), "strong")];
      this.#screen.show({ prompt, text: found, cursor: found.length });
    } else if (this.#question === undefined) {
      this.#screen.show({ prompt: this.#prompt(this.width), text, cursor });
    } else {
      const prompt = [styled(this.#question.prompt, "strong")];
      this.#screen.show(this.#question.isSecret ? { prompt, text: "", cursor: 0 } : { prompt, text, cursor });
    }
  }
}

/** What all begin with, whatever their case; the first one's letters. */
function commonStart(choices: readonly string[]): string {
  const [first = "", ...others] = choices;
  let length = first.length;
  for (const other of others) {
    while (other.slice(0, length).toLowerCase() !== first.slice(0, length).toLowerCase()) length--;
  }
  return first.slice(0, length);
}
