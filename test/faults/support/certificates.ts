import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from './fault-server.js';

const FOLDER = join(process.cwd(), 'test/fixtures/tls');

/** The certificate's file, for NODE_EXTRA_CA_CERTS. */
export const KNOWN_CERTIFICATE: string = join(FOLDER, 'known.cert.pem');

/** A certificate that signed itself, for 127.0.0.1, valid for a hundred years. */
export function credentials(name: 'known' | 'unknown'): Credentials {
  const read = (kind: string): string => readFileSync(join(FOLDER, `${name}.${kind}.pem`), 'utf8');
  return { cert: read('cert'), key: read('key') };
}
