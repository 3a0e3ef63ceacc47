/** A second reading of the rooms wire, over whole texts and in regular expressions: what the streams are compared with. */

/** In latin1, so that a character is a byte. What is told: each message, "reject" or, last, "violation". */
type Told = readonly string[];

const name = "[!-9;-~]{1,32}";
const octet = "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
const address = `(?:localhost|${octet}(?:\\.${octet}){3})`;
const header = /^T:[^:\n]*:[^:\n]*:[^:\n]*:[^:\n]*:[^:\n]*:/;
const handshake = new RegExp(`^P:(${name}):(${name}):(${address}):(\\d+):(\\d+)$`);
const accept = /^S:(\d+)$/;
const enrolment = new RegExp(`^([JD]):(${name}):(${name}):(${address}):(\\d+)::$`);

export function plainPeer(text: string): Told {
  const told: string[] = [];
  let rest = text;
  while (rest !== "") {
    const cut = rest.startsWith("T:") ? plainText(rest) : plainMessage(rest);
    if (cut === undefined) return told;
    told.push(cut.told);
    if (cut.told === "violation") return told;
    rest = rest.slice(cut.length);
  }
  return told;
}

interface Cut {
  readonly told: string;
  readonly length: number;
}

const violation: Cut = { told: "violation", length: 0 };

function plainText(text: string): Cut | undefined {
  const start = text.slice(0, 512);
  const found = header.exec(start)?.[0];
  if (found === undefined) {
    const isOneLine = !/\n/.test(start);
    return isOneLine && start.length < 512 ? undefined : violation;
  }
  const [, room = "", hid = "", user = "", id = "", size = ""] = found.split(":");
  if (!/^\d{1,20}$/.test(size) || Number(size) > 1_024) return violation;
  const [from, to] = [found.length, found.length + Number(size)];
  if (text.length < to + 4) return undefined;
  if (text.slice(to, to + 4) !== "::\r\n") return violation;
  const isUsable = isName(room) && isName(user) && isId(id) && hid.length <= 64 && !/[^ -~]/.test(hid);
  const told = `text ${room} ${isId(hid) ? BigInt(hid) : "?"} ${user} ${isUsable ? BigInt(id) : ""} ${text.slice(from, to)}`;
  return { told: isUsable ? told : "reject", length: to + 4 };
}

function plainMessage(text: string): Cut | undefined {
  const end = text.slice(0, 8_192).indexOf("::\r\n");
  if (end < 0) return text.length < 8_192 ? undefined : violation;
  const line = text.slice(0, end);
  const [, room, user, ip, port = "", last = ""] = handshake.exec(line) ?? [];
  const [, id = ""] = accept.exec(line) ?? [];
  const length = end + 4;
  if (room !== undefined && isPort(port) && isId(last))
    return { told: `handshake ${room} ${user} ${ip} ${port} ${BigInt(last)}`, length };
  return { told: isId(id) ? `accept ${BigInt(id)}` : "reject", length };
}

/** What a server makes of a line: the request, or of which type it is not. */
export function plainRequests(text: string): Told {
  const told: string[] = [];
  for (let rest = text; ;) {
    const end = rest.slice(0, 8_192).indexOf("\r\n");
    if (end < 0) return rest.length < 8_192 ? told : [...told, "violation"];
    told.push(plainRequest(rest.slice(0, end)));
    rest = rest.slice(end + 2);
  }
}

function plainRequest(line: string): string {
  if (line === "L::") return "list";
  const [, type, room, user, ip, port = ""] = enrolment.exec(line) ?? [];
  if (type !== undefined && isPort(port))
    return `${type === "J" ? "join" : "depart"} ${room} ${user} ${ip} ${port}`;
  const types: Readonly<Record<string, string>> = { L: "list", J: "join", D: "depart" };
  const of = line.split(":", 1)[0] ?? "";
  return `malformed ${Object.hasOwn(types, of) ? types[of] : "unknown"}`;
}

function isName(text: string): boolean {
  return new RegExp(`^${name}$`).test(text) && !text.includes("\n");
}

function isPort(text: string): boolean {
  return String(Number(text)) === text && Number(text) >= 1 && Number(text) <= 65_535;
}

function isId(text: string): boolean {
  return /^\d{1,20}$/.test(text) && BigInt(text) < 2n ** 64n;
}
