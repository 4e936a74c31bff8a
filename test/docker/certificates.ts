import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** An authority made for one test, in a folder of its own. */
export interface Authority {
  /** Its own certificate. */
  readonly certificate: string;
  /** Makes `ca.pem`, `cert.pem` and `key.pem` in a folder of that name, and answers the folder. */
  issue(name: string, extensions: string): string;
}

/** Names that the certificate of the engine is for: the address alone, so that `localhost` is another one. */
export const FOR_ENGINE = 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n';
export const FOR_CLIENT = 'extendedKeyUsage=clientAuth\n';

export function makeAuthority(directory: string): Authority {
  mkdirSync(directory, { recursive: true });
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc'];
  openssl('req', '-x509', ...newKey, '-subj', '/CN=test authority', '-keyout', 'ca.key', '-out', 'ca.pem');
  const certificate = path.join(directory, 'ca.pem');
  return {
    certificate,
    issue: (name, extensions) => {
      const folder = path.join(directory, name);
      mkdirSync(folder);
      const at = (file: string): string => path.join(folder, file);
      writeFileSync(at('extensions'), extensions);
      openssl('req', ...newKey, '-subj', `/CN=${name}`, '-keyout', at('key.pem'), '-out', at('request'));
      const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', at('extensions')];
      openssl('x509', '-req', '-in', at('request'), ...signed, '-out', at('cert.pem'));
      execFileSync('cp', [certificate, folder]);
      return folder;
    },
  };
}
