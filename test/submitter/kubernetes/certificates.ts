import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { temporaryDirectory } from '../../temporary-directory';

/** A certificate and its key, in PEM. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority of its own, as each cluster has one. */
export class TestAuthority {
  private readonly directory = temporaryDirectory();
  private issued = 0;

  constructor() {
    this.openssl('req', '-x509', ...newKey('ca'), '-subj', '/CN=test-authority', '-days', '1', '-out', 'ca.crt');
  }

  public get certificate(): string {
    return this.read('ca.crt');
  }

  /** A certificate for a name. Servers need it to be an address as well. */
  public issue(commonName: string, days = 1): Pair {
    const name = `issued-${this.issued++}`;
    this.openssl('req', ...newKey(name), '-subj', `/CN=${commonName}`, '-addext', 'subjectAltName=IP:127.0.0.1', '-out', `${name}.csr`);
    this.openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days), '-copy_extensions', 'copy', '-out', `${name}.crt`);
    return { cert: this.read(`${name}.crt`), key: this.read(`${name}.key`) };
  }

  private read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  private openssl(...args: string[]): void {
    execFileSync('openssl', args, { cwd: this.directory, stdio: 'pipe' });
  }
}

function newKey(name: string): string[] {
  return ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
}
