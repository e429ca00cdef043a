import { ExitCode } from './exit-code';

/** Why a command can't go on. */
export class SubmitterError extends Error {
  /**
   * @param code stable name of the cause, such as `JOB_UNKNOWN`
   * @param exitCode how the process ends
   * @param message what is wrong, where, what was given and what is expected
   * @param fix what to do about it
   */
  constructor(public readonly code: string, public readonly exitCode: ExitCode, message: string, public readonly fix: string) {
    super(message);
    this.name = 'SubmitterError';
  }
}
