/** Finds links between documents that lead nowhere. */
import { posix } from "node:path";

export interface Documents {
  /** The documents' texts by path from the project's root. */
  readonly texts: ReadonlyMap<string, string>;
  readonly exists: (path: string) => boolean;
}

/** One sentence a dead link. Links to other sites are not followed. */
export function deadLinks({ texts, exists }: Documents): readonly string[] {
  return [...texts].flatMap(([path, text]) =>
    linksIn(text).flatMap((link) => {
      const [file = "", anchor] = link.split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), decodeURI(file));
      if (!exists(target)) return [`${path} links to ${link}, which is not there`];
      const isDead = anchor !== undefined && !anchorsIn(texts.get(target) ?? "").has(anchor);
      return isDead ? [`${path} links to ${link}, and that document has no such heading`] : [];
    }),
  );
}

function linksIn(text: string): readonly string[] {
  const inline = [...withoutCode(text).matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)/g)];
  const references = [...withoutCode(text).matchAll(/^\[[^\]]+\]:\s*(\S+)/gm)];
  return [...inline, ...references]
    .map(([, link = ""]) => link)
    .filter((link) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(link));
}

/** The names that headings get: lower case, signs dropped, spaces as hyphens, repeats counted. */
function anchorsIn(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...withoutFences(text).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = ""]) => {
      const name = heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, "")
        .replace(/\s/g, "-");
      const count = seen.get(name) ?? 0;
      seen.set(name, count + 1);
      return count === 0 ? name : `${name}-${count}`;
    }),
  );
}

function withoutCode(text: string): string {
  return withoutFences(text).replace(/`[^`\n]*`/g, "");
}

function withoutFences(text: string): string {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "");
}
