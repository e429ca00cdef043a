import { mkdirSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';

/**
 * Where run records and the local head are remembered. Readable by its owner only.
 *
 * @default $GENEVA_STACK_STATE, or $XDG_STATE_HOME/geneva-constructs, or ~/.local/state/geneva-constructs
 */
export function stateDirectory(): string {
  const path = process.env.GENEVA_STACK_STATE || join(process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'geneva-constructs');
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
