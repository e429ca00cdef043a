import { randomBytes } from 'crypto';
import { writeFileSync } from 'fs';
import { join } from 'path';
import { sha256 } from '../../../src/bundler/content-key';
import { NewObject } from '../../../src/bundler/store';
import { temporaryDirectory } from '../../temporary-directory';

/** A file of random bytes, as something to store. */
export function largeFile(bytes: number): NewObject {
  const path = join(temporaryDirectory(), 'large');
  const body = randomBytes(bytes);
  writeFileSync(path, body);
  return { body: path, bytes, sha256: sha256(body) };
}
