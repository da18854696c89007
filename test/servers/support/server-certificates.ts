import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout'];

/** Authorities and what they sign, in files of a folder, as cert-manager makes them in Secrets. */
export class ServerCertificates {
  constructor(private readonly folder: string) {}

  /** Path of a file, such as `authority.crt`. */
  path(name: string): string {
    return join(this.folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Makes the certificate of an authority, as the self-signed issuer does. */
  makeAuthority(name: string): void {
    const files = [...newKey, this.path(`${name}.key`), '-out', this.path(`${name}.crt`)];
    openssl('req', '-x509', ...files, '-subj', `/CN=${name}`, '-days', '2');
  }

  /** Makes another certificate of an authority, with a key that it has. */
  renewAuthority(name: string, key: string): void {
    openssl(
      'req',
      '-x509',
      '-key',
      this.path(key),
      '-out',
      this.path(`${name}.crt`),
      '-subj',
      `/CN=${name}`,
      '-days',
      '3',
    );
  }

  /** The data of a Secret with a new certificate for a host, which an authority signs. */
  sign(authority: string, host: string): Record<string, string> {
    const extensions = ['-addext', `subjectAltName=DNS:${host}`, '-addext', 'extendedKeyUsage=serverAuth'];
    const issuer = ['-CA', this.path(`${authority}.crt`), '-CAkey', this.path(`${authority}.key`)];
    const files = [...newKey, this.path('server.key'), '-out', this.path('server.crt')];
    openssl('req', '-x509', ...files, '-subj', '/', ...extensions, ...issuer, '-days', '1');
    return { 'tls.crt': this.read('server.crt'), 'tls.key': this.read('server.key') };
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'ignore' });
}
