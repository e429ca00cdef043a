import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { distributions } from './distributions';
import { RootSource } from '../root-source';

/** What of a distribution's metadata is about the code. The other files tell of this machine, or of files that don't ship. */
const SHIPPED = ['METADATA', 'entry_points.txt', 'top_level.txt'];

/**
 * A site-packages directory as nothing but the metadata of its editable installs, which `importlib.metadata` and entry points need
 * where the code runs. Undefined when there are none.
 */
export function editableMetadata(site: RootSource): RootSource | undefined {
  const names = distributions(site.path).filter(({ origin, metadata }) => origin?.editable && metadata.endsWith('.dist-info') && !namesFiles(site.path, metadata))
    .map(({ metadata }) => metadata);
  if (names.length === 0) { return undefined; }
  return { kind: 'site-packages', path: site.path, exclude: ['/*', ...names.flatMap((name) => [`!/${name}/`, `/${name}/*`, ...SHIPPED.map((file) => `!/${name}/${file}`)])] };
}

/** A requirement may be a directory of this machine. */
function namesFiles(site: string, metadata: string): boolean {
  const path = join(site, metadata, 'METADATA');
  return !existsSync(path) || /^Requires-Dist:.*\bfile:/im.test(readFileSync(path, 'utf8'));
}
