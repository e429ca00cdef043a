import { Command } from 'commander';
import { ExitCode } from '../../submitter/exit-code';
import { candidates } from '../completion/candidates';
import { KNOWN_NAMES } from '../completion/known-names';
import { SCRIPTS, Shell } from '../completion/scripts';

/** `geneva-stack completion SHELL` */
export function completionCommand(shell: Shell): ExitCode {
  process.stdout.write(SCRIPTS[shell]);
  return ExitCode.OK;
}

/** `geneva-stack __complete -- WORDS`: what those scripts ask. */
export function completeCommand(program: Command, words: readonly string[]): ExitCode {
  const found = candidates(program, words, KNOWN_NAMES);
  const lines = found === 'files' ? [':files'] : found.map(({ value, description }) => `${value}\t${description}`);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return ExitCode.OK;
}
