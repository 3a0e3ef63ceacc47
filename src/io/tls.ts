/** TLS 1.3 and nothing older. Whether a certificate is the right one is the machine's to judge, by its fingerprint. */
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { ConnectionOptions, TLSSocket, TlsOptions } from "node:tls";
import type { Secured, TlsDial, TlsListen } from "../protocols/machine.ts";

const version = "TLSv1.3";

/** Throws where certificate or key are not what they should be. */
export function dialOptions(tls: TlsDial): ConnectionOptions {
  const { serverName, identity } = tls;
  return {
    minVersion: version,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(serverName !== undefined && isIP(serverName) === 0 && { servername: serverName }),
    ...(identity !== undefined && { cert: identity.certificatePem, key: identity.privateKeyPem }),
  };
}

export function listenOptions(tls: TlsListen): TlsOptions {
  return {
    minVersion: version,
    rejectUnauthorized: false,
    requestCert: true,
    cert: tls.certificatePem,
    key: tls.privateKeyPem,
  };
}

/** What the handshake showed of the other side. */
export function securedBy(socket: TLSSocket): Secured {
  const version = socket.getProtocol() ?? "unknown";
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { version };
  const fingerprint = new Uint8Array(createHash("sha256").update(certificate.raw).digest());
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  return { version, fingerprint, ...(name !== undefined && { name }) };
}
