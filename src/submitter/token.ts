import { readFileSync } from 'fs';
import { ExitCode } from './exit-code';
import { SubmitterError } from './submitter-error';

/**
 * Ray's token, looked up as Ray does: `RAY_AUTH_TOKEN`, then the file that `RAY_AUTH_TOKEN_PATH` names.
 *
 * @throws SubmitterError TOKEN_UNREADABLE
 */
export function tokenFromEnvironment(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  if (environment.RAY_AUTH_TOKEN) { return environment.RAY_AUTH_TOKEN.trim(); }
  return environment.RAY_AUTH_TOKEN_PATH ? readToken(environment.RAY_AUTH_TOKEN_PATH) : undefined;
}

/** @throws SubmitterError TOKEN_UNREADABLE */
export function readToken(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new SubmitterError('TOKEN_UNREADABLE', ExitCode.NOT_AUTHORIZED, `token file ${path}: ${(error as Error).message}`, 'correct RAY_AUTH_TOKEN_PATH, or make the file readable');
  }
}
