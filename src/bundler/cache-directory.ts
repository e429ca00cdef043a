import { homedir } from 'os';
import { join } from 'path';

/**
 * Where derived data lives that is safe to delete: stat indexes, managed virtual environments.
 *
 * @default $XDG_CACHE_HOME/geneva-constructs, or ~/.cache/geneva-constructs
 */
export function cacheDirectory(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'geneva-constructs');
}
