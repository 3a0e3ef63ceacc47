/** A second reading of the simplest wire forms, in as few words as possible: what the real readers are compared with. */

/** The text of an announcement as any JavaScript programmer would read it, then the rules one by one. */
export function plainAnnouncement(
  bytes: Uint8Array,
): { readonly name: string; readonly card: unknown } | undefined {
  const text = Buffer.from(bytes).toString("utf8");
  const isUtf8 = Buffer.from(text).equals(bytes);
  if (bytes.length > 1_400 || !isUtf8) return undefined;
  const json = parsedOrUndefined(text);
  if (typeof json !== "object" || json === null || Array.isArray(json) || depthOf(json) > 32)
    return undefined;
  const entries = new Map<string, unknown>(Object.entries(json));
  const [name, card] = [entries.get("username"), entries.get("kith")];
  if (typeof name !== "string" || /[\ud800-\udfff]/u.test(name)) return undefined;
  const size = Buffer.byteLength(name);
  return size >= 1 && size <= 64 ? { name, card } : undefined;
}

/** What classic programs mean by the bytes of one connection, given the moments at which they fell silent. */
export function plainTexts(messages: readonly Uint8Array[], senderName: string): readonly string[] {
  const texts: string[] = [];
  for (const message of messages) {
    let text = Buffer.from(message).toString("utf8");
    while (text.endsWith("\r") || text.endsWith("\n")) text = text.slice(0, -1);
    if (text.startsWith(`${senderName} >> `)) text = text.slice(senderName.length + 4);
    if (text === "exit" || text === "EXIT" || text === "quit") break;
    if (text !== "") texts.push(text);
  }
  return texts;
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // translated: no JSON is one of the answers
  }
}

function depthOf(json: unknown): number {
  if (typeof json !== "object" || json === null) return 0;
  return 1 + Math.max(0, ...Object.values(json).map(depthOf));
}
