import { join } from 'path';
import { packageRoot } from './package-root';

/** The directory that holds the runtime's package, as this release ships it. */
export function runtimeSource(): string {
  return join(packageRoot(), 'runtime', 'src');
}
