import { Violation } from './rule';

/** The violation of a field whose fix is to write what is expected. */
export function refused(isWrong: boolean, at: string, got: unknown, expected: string): Violation[] {
  return isWrong ? [{ at, got, expected, fix: `${at}: ${expected}` }] : [];
}
