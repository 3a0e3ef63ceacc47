/** Writes the history to a new file, a page of messages at a time, while everything else goes on. */
import { open, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { KithError, problemOf } from "../base/errors.ts";
import type { ConversationId } from "../base/ids.ts";
import type { ConversationView, MessageView, Queries } from "../core/queries.ts";
import { exportFormats } from "./export-formats.ts";
import type { ExportFormat, ExportParts } from "./export-formats.ts";

/** Read and put into words within a few milliseconds. */
const pageRows = 100;

export interface ExportRequest {
  readonly file: string;
  readonly format: keyof typeof exportFormats;
  readonly conversation?: ConversationId;
}

/** How many messages were written. The file exists only whole: it is taken away when something fails. */
export async function exportHistory(request: ExportRequest, parts: ExportParts): Promise<number> {
  const ids = conversationsMeant(request, parts.queries);
  const file = await create(request.file);
  try {
    const count = await write(file, ids, parts.queries, exportFormats[request.format](parts));
    await file.datasync();
    await file.close();
    return count;
  } catch (error) {
    await file.close().catch(() => undefined); // it is thrown away
    await rm(request.file, { force: true });
    throw new KithError("file-unusable", { file: request.file, problem: problemOf(error) }, error);
  }
}

async function write(
  file: FileHandle,
  ids: readonly ConversationId[],
  queries: Queries,
  format: ExportFormat,
): Promise<number> {
  let count = 0;
  await file.appendFile(format.begin);
  for (const id of ids) {
    const view = queries.conversation(id);
    if (view === undefined) continue;
    await file.appendFile(format.conversation(view));
    for (const page of pages(view, queries)) {
      await file.appendFile(page.map((message) => format.message(message, view)).join(""));
      count += page.length;
      await nextTurn();
    }
  }
  await file.appendFile(format.end);
  return count;
}

function* pages({ conversation }: ConversationView, queries: Queries): Generator<readonly MessageView[]> {
  let after = 0;
  for (;;) {
    const page = queries.page({
      conversation: conversation.id,
      from: { kind: "after", number: after },
      limit: pageRows,
    });
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = last.message.arrived;
  }
}

function conversationsMeant({ conversation }: ExportRequest, queries: Queries): readonly ConversationId[] {
  if (conversation === undefined) return queries.conversationIds().toSorted((a, b) => a - b);
  if (queries.conversation(conversation) === undefined)
    throw new KithError("no-such-conversation", { conversation });
  return [conversation];
}

async function create(path: string): Promise<FileHandle> {
  if (!isAbsolute(path))
    throw new KithError("file-unusable", { file: path, problem: "the path is not absolute" });
  try {
    return await open(path, "wx", 0o600);
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    if (exists) throw new KithError("file-exists", { file: path }, error);
    throw new KithError("file-unusable", { file: path, problem: problemOf(error) }, error);
  }
}
