import { existsSync } from 'node:fs';
import path from 'node:path';
import type { EngineOrigin } from './engine-api.ts';

/** What Node and OpenSSL call the ways in which two ends of a TLS connection do not come together. */
const UNKNOWN_AUTHORITY =
  /^(UNABLE_TO_|SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED|INVALID_CA)/;
const OUT_OF_DATE = /^(CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/;
const OTHER_NAME = 'ERR_TLS_CERT_ALTNAME_INVALID';
const CLIENT_REFUSED = /^ERR_SSL_.*ALERT_.*(CERTIFICATE|UNKNOWN_CA|ACCESS_DENIED|HANDSHAKE_FAILURE)/;
const NO_TLS = /^(ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)|EPROTO)$/;
const NO_PEM = /^ERR_OSSL_/;
const WANTS_TLS = /HTTP request to an HTTPS server/i;

interface Failure extends NodeJS.ErrnoException {
  /** With a certificate for another name. */
  readonly host?: string;
  readonly cert?: { readonly subjectaltname?: string };
}

/** One sentence: which engine it is, what is the matter with it, and what to do. */
export function describeFault(origin: EngineOrigin, error: Error): string {
  const place = `${origin.host} (${origin.reason})`;
  if (origin.host.startsWith('ssh:'))
    return (
      `${place} is reached over SSH, and containers there publish their ports on that machine only: ` +
      "open the workspace there (Remote - SSH in VS Code), or run 'lakehouse' there."
    );
  const { code = '' } = error as Failure;
  if (code === 'ENOENT') return `${place} is not there: install Docker, or start it.`;
  if (code === 'ECONNREFUSED') return `${place} does not answer: start the Docker engine.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `${place} cannot be found: no machine is known by that name here.`;
  if (code === 'EACCES')
    return `${place} may not be used by you: join its group (sudo usermod -aG docker $USER, then log in anew), or use rootless Docker.`;
  if (WANTS_TLS.test(error.message))
    return (
      `${place} wants TLS: set DOCKER_TLS_VERIFY=1 and DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, ` +
      'or choose a docker context that has them.'
    );
  return describeTlsFault(origin, error) ?? `${place} does not work: ${error.message}`;
}

function describeTlsFault({ host, reason, tls }: EngineOrigin, error: Failure): string | undefined {
  if (tls === undefined) return undefined;
  const place = `${host} (${reason})`;
  const fileOf = (name: string): string => path.join(tls.directory ?? '', name);
  const { code = '' } = error;
  if (UNKNOWN_AUTHORITY.test(code)) {
    if (tls.directory === undefined || !existsSync(fileOf('ca.pem')))
      return `${place} shows a certificate of an authority unknown here: put that authority's own into ${tls.directory === undefined ? 'the docker context' : fileOf('ca.pem')}, where there is none.`;
    return `${place} shows a certificate that ${fileOf('ca.pem')} did not sign: get the ca.pem of that engine, or ask whose engine answers there.`;
  }
  if (OUT_OF_DATE.test(code))
    return `${place} shows a certificate that ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not valid yet'}: renew it there, or set the clock.`;
  if (code === OTHER_NAME)
    return `${place} shows a certificate for ${error.cert?.subjectaltname ?? 'nobody'}, not for ${error.host ?? new URL(host).hostname}: use one of those names, or have it issued for this one.`;
  if (CLIENT_REFUSED.test(code)) {
    const own = tls.directory === undefined ? 'cert.pem and key.pem' : fileOf('cert.pem');
    return tls.directory !== undefined && existsSync(fileOf('cert.pem'))
      ? `${place} does not accept the certificate ${own}: have one signed by the authority that the engine trusts.`
      : `${place} wants a certificate of yours and ${own} is missing: put cert.pem and key.pem there.`;
  }
  if (NO_TLS.test(code))
    return `${place} does not speak TLS: unset DOCKER_TLS_VERIFY, or have the engine listen with --tlsverify.`;
  if (NO_PEM.test(code))
    return `${place}: the certificates in ${tls.directory} cannot be read, or the key belongs to another one (${error.message}).`;
  return undefined;
}
