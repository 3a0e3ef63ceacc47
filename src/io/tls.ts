/** TLS 1.3 and nothing older. Whether a certificate is the right one is the machine's to judge, by its fingerprint. */
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type * as Tls from "node:tls";
import type { Secured, TlsDial, TlsListen } from "../protocols/machine.ts";

const version = "TLSv1.3";

/** Throws where certificate or key are not what they should be. */
export function connectTls(to: Tls.ConnectionOptions, { serverName, identity }: TlsDial): Tls.TLSSocket {
  return loaded().connect({
    ...to,
    minVersion: version,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    ...(serverName !== undefined && isIP(serverName) === 0 && { servername: serverName }),
    ...(identity !== undefined && { cert: identity.certificatePem, key: identity.privateKeyPem }),
  });
}

/** Throws where certificate or key are not what they should be. */
export function createTlsServer(tls: TlsListen): Tls.Server {
  return loaded().createServer({
    minVersion: version,
    rejectUnauthorized: false,
    requestCert: true,
    cert: tls.certificatePem,
    key: tls.privateKeyPem,
  });
}

/** By the first who needs it: it takes 3 MB of memory, and not every network speaks TLS. */
function loaded(): typeof Tls {
  return process.getBuiltinModule("node:tls");
}

/** What the handshake showed of the other side. */
export function securedBy(socket: Tls.TLSSocket): Secured {
  const version = socket.getProtocol() ?? "unknown";
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { version };
  const fingerprint = new Uint8Array(createHash("sha256").update(certificate.raw).digest());
  const name = /^CN=(.*)$/m.exec(certificate.subject)?.[1];
  return { version, fingerprint, ...(name !== undefined && { name }) };
}
