/** Proves that dead links are found, and that living ones and those to other sites are left alone. */
import { expect, it } from "vitest";
import { deadLinks } from "./links.ts";

function dead(texts: Readonly<Record<string, string>>): readonly string[] {
  return deadLinks({ texts: new Map(Object.entries(texts)), exists: (path) => path in texts });
}

it.each([
  { "README.md": "[lost](docs/lost.md)" },
  { "docs/a.md": "[beside](README.md)", "README.md": "" },
  { "README.md": "[lost](#nowhere)\n# Somewhere" },
  { "README.md": "[lost](a.md#nowhere)", "a.md": "```\n# nowhere\n```" },
  { "README.md": "![picture](docs/lost.png)" },
  { "README.md": "[name]: lost.md" },
])("a dead link is found: %j", (texts) => {
  expect(dead(texts)).toHaveLength(1);
});

it.each([
  { "README.md": "[there](docs/a.md)", "docs/a.md": "[back](../README.md)" },
  { "README.md": "[there](#who-may-import-whom)\n### Who may import whom?" },
  { "README.md": "[second](#same-1)\n# Same\n# Same" },
  { "README.md": "[elsewhere](https://example.org/a.md) and [mail](mailto:a@example.org)" },
  { "README.md": "`[code](lost.md)`\n\n```\n[code](lost.md)\n```" },
])("a living link is left alone: %j", (texts) => {
  expect(dead(texts)).toEqual([]);
});
