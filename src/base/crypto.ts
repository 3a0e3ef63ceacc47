/**
 * The cryptographic primitives that machines and core ask of the world. Synchronous, on raw bytes: a machine cannot
 * wait. `io/crypto.ts` answers with node:crypto, the simulator may answer with cheap stand-ins.
 */
export interface Crypto {
  sha256(bytes: Uint8Array): Uint8Array;
  /** RFC 2104. */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** The public key (32 bytes) of an Ed25519 seed (32 bytes), RFC 8032. */
  signingPublicKey(seed: Uint8Array): Uint8Array;
  /** Ed25519 signature, 64 bytes. */
  sign(seed: Uint8Array, message: Uint8Array): Uint8Array;
  /** False for a wrong signature and for a key that is not canonical or of small order: such a key signs anything. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
  /** The public key (32 bytes) of an X25519 private key (32 bytes), RFC 7748. */
  agreementPublicKey(privateKey: Uint8Array): Uint8Array;
  /** Nothing is kept of a private key or seed that was used. Its array is the owner's to wipe. */
  forget(privateKey: Uint8Array): void;
  /** The shared secret (32 bytes), or undefined for a public key of low order. */
  agree(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** ChaCha20-Poly1305 (RFC 8439): ciphertext with its 16-byte tag behind it. Key 32 bytes, nonce 12 bytes. */
  seal(key: Uint8Array, nonce: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array;
  /** Undefined when the tag does not fit. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    sealed: Uint8Array,
  ): Uint8Array | undefined;
}
