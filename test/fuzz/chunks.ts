/** Cuts a stream of bytes into chunks, as networks and disks do. */

export function chunks(bytes: Uint8Array, length: () => number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = at + length();
    pieces.push(bytes.slice(at, end));
    at = end;
  }
  return pieces;
}
