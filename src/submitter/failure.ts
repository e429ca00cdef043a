import { ExitCode } from './exit-code';
import { NoContactError } from './no-contact';

/** An error as a person, or a script, is told it. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
  readonly exitCode: ExitCode;
}

/** What to do about an error that nobody thought of. */
export const UNEXPECTED = 'this should not happen: run again with --verbose and report what it prints';

/** What to do about errors of the system, which say themselves at which path. */
const SYSTEM: Record<string, string> = {
  EACCES: 'give yourself access to that path, or name another one',
  EPERM: 'give yourself access to that path, or name another one',
  EROFS: 'that file system is read-only: name another path',
  ENOSPC: 'free space on that disk, then run the same command again',
  EDQUOT: 'free space within your quota, then run the same command again',
  ENOENT: 'check that path: a part of it is not there',
  ENOTDIR: 'check that path: a part of it is a file, not a directory',
  EISDIR: 'check that path: it is a directory, not a file',
  EMFILE: 'allow more open files (ulimit -n), then run the same command again',
};

/** Puts any error into words that say what to do next. */
export function asFailure(error: unknown): Failure {
  const { code, message, fix, exitCode } = error as { code?: string; message?: string; fix?: string; exitCode?: ExitCode };
  if (error instanceof NoContactError) {
    return {
      code: 'LOST_CONTACT',
      message: `no contact with the Ray head: ${error.message}`,
      fix: 'run the same command again once it is in reach: geneva-stack doctor looks at it. Runs go on without it',
      exitCode: ExitCode.LOST_CONTACT,
    };
  }
  const ofSystem = code === undefined ? undefined : SYSTEM[code];
  return {
    code: code ?? 'INTERNAL',
    message: message ?? String(error),
    fix: fix ?? ofSystem ?? UNEXPECTED,
    exitCode: exitCode ?? (fix || ofSystem ? ExitCode.USAGE : ExitCode.FAILED),
  };
}
