import { readFileSync } from 'fs';
import { join } from 'path';
import { packageRoot } from './package-root';

/** Name and release of this program. */
export function toolVersion(): string {
  const { name, version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as { name: string; version: string };
  return `${name} ${version}`;
}
