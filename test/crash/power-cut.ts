/** Rebuilds from recorded writes what a disk may hold after the power went: the model of the disk stands here. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { wholeBetween } from "../../src/base/random.ts";
import type { Random } from "../../src/base/random.ts";

export interface Note {
  readonly what: string;
  readonly offset: number;
  readonly bytes: Buffer;
  /** "" is the folder. */
  readonly name: string;
}

/** What a disk writes whole or not at all. */
const sectorBytes = 512;
/** Written for the test, not by the store; and rebuilt by SQLite at each start. */
const noFiles = /^acknowledged$|-shm$/;

export function notesIn(recording: Buffer): readonly Note[] {
  const notes: Note[] = [];
  for (let at = 0; at < recording.length;) {
    const end = recording.indexOf("\n", at);
    const [what = "", offset, length, ...name] = recording.toString("utf8", at, end).split(" ");
    at = end + 1 + Number(length);
    notes.push({
      what,
      offset: Number(offset),
      bytes: recording.subarray(end + 1, at),
      name: name.join(" "),
    });
  }
  return notes;
}

/** A file: what is on the disk for good, and what may be. */
interface DiskFile {
  durable: Content;
  pending: Note[];
  /** Its name is on the disk, since the folder was synced. */
  named: boolean;
}

/**
 * After a power cut a file holds everything up to its last sync and any of the later writes, each sector by itself. A
 * file whose folder was not synced since it was made may be missing, one that was unlinked since may be back.
 */
export class Disk {
  readonly #files = new Map<string, DiskFile>();
  readonly #unlinked = new Map<string, DiskFile>();
  /** The last transaction that was said to be committed. */
  acknowledged = 0;

  take(note: Note): void {
    const { what, name, bytes } = note;
    if (name === "acknowledged" && what === "write") this.acknowledged = Number(bytes.toString());
    if (noFiles.test(name)) return;
    if (name === "") this.#nameAll();
    else if (what === "unlink") this.#unlink(name);
    else if (what === "sync") settle(this.#file(name));
    else this.#file(name).pending.push(note);
  }

  /** One of the states that the disk may be in. */
  writeImage(folder: string, dice: Random): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    const share = dice.fraction();
    const back = [...this.#unlinked].filter(([name]) => !this.#files.has(name) && dice.fraction() < 0.5);
    for (const [name, { durable, pending, named }] of [...this.#files, ...back]) {
      if (!named && dice.fraction() < 0.5) continue;
      const content = pending.length === 0 ? durable : durable.copy();
      for (const note of pending)
        if (dice.fraction() < share) for (const part of torn(note, dice)) content.take(part);
      writeFileSync(join(folder, name), content.bytes);
    }
  }

  #file(name: string): DiskFile {
    const known = this.#files.get(name);
    if (known !== undefined) return known;
    const made = { durable: new Content(), pending: [], named: false };
    this.#files.set(name, made);
    return made;
  }

  #nameAll(): void {
    this.#unlinked.clear();
    for (const file of this.#files.values()) file.named = true;
  }

  #unlink(name: string): void {
    const file = this.#files.get(name);
    this.#files.delete(name);
    if (file?.named === true) this.#unlinked.set(name, file);
  }
}

/** Bytes that grow cheaply. */
class Content {
  #room = Buffer.alloc(0);
  #length = 0;

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#length);
  }

  copy(): Content {
    const copy = new Content();
    copy.#room = Buffer.from(this.bytes);
    copy.#length = this.#length;
    return copy;
  }

  take({ what, offset, bytes }: Note): void {
    const length = what === "cut" ? offset : Math.max(this.#length, offset + bytes.length);
    if (length > this.#room.length) this.#room = Buffer.concat([this.bytes, Buffer.alloc(length)]);
    this.#room.fill(0, length);
    this.#room.set(bytes, what === "cut" ? 0 : offset);
    this.#length = length;
  }
}

function settle(file: DiskFile): void {
  for (const note of file.pending) file.durable.take(note);
  file.pending = [];
}

/** Half of the writes arrive whole; of the others some sectors do, from the front or here and there. */
function torn(note: Note, dice: Random): readonly Note[] {
  const sectors = Math.ceil(note.bytes.length / sectorBytes);
  if (note.what !== "write" || sectors < 2 || dice.fraction() < 0.5) return [note];
  const upTo = dice.fraction() < 0.5 ? wholeBetween(dice, 0, sectors) : undefined;
  return Array.from({ length: sectors }, (_, sector) => sector)
    .filter((sector) => (upTo === undefined ? dice.fraction() < 0.5 : sector < upTo))
    .map((sector) => {
      const at = sector * sectorBytes;
      return { ...note, offset: note.offset + at, bytes: note.bytes.subarray(at, at + sectorBytes) };
    });
}
