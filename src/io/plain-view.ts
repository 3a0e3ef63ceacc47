/** What leaves this folder is Uint8Array: Buffer gives `slice` another meaning than pure code expects. */
export function plainView(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}
