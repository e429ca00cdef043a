import { writeFileSync } from 'fs';
import { ExitCode } from '../submitter/exit-code';
import { SubmitterError } from '../submitter/submitter-error';

/** Writes a page to the file that an option names. */
export function writePage(option: string, path: string, page: string): void {
  try {
    writeFileSync(path, page);
  } catch (error) {
    throw new SubmitterError('REPORT_REFUSED', ExitCode.USAGE, `${option} ${path}: ${(error as Error).message}`, 'give a file in a directory that exists and is writable');
  }
}
