/** What becomes of a host's name: its address, or the reason in words, and in time. */
import { expect, test } from "vitest";
import { resolveHost } from "./resolve.ts";

function failing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(`getaddrinfo ${code}`), { code }));
}

test("a name is answered with its address, and an address with itself", async () => {
  expect(await resolveHost("localhost")).toBe("127.0.0.1");
  expect(await resolveHost("127.0.0.9")).toBe("127.0.0.9");
});

test("IPv4 alone is asked for", async () => {
  const asked: unknown[] = [];
  const find = (host: string, options: { readonly family: 4 }) => {
    asked.push([host, options]);
    return Promise.resolve({ address: "192.0.2.7" });
  };
  expect(await resolveHost("rooms.example", find)).toBe("192.0.2.7");
  expect(asked).toEqual([["rooms.example", { family: 4 }]]);
});

test.each([
  ["ENOTFOUND", "there is no host of that name"],
  ["ENODATA", "there is no host of that name"],
  ["EAI_AGAIN", "no name server answers"],
  ["EPERM", "getaddrinfo EPERM"],
])("%s is put into words: %s", async (code, words) => {
  await expect(resolveHost("rooms.example", failing(code))).rejects.toThrow(words);
});

test("a look-up that does not end is given up, and its late failure harms nobody", async () => {
  const { promise, reject } = Promise.withResolvers<never>();
  await expect(resolveHost("rooms.example", () => promise, 1)).rejects.toThrow("no name server answers");
  reject(new Error("too late"));
});
