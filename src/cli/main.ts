#!/usr/bin/env node
import { CommanderError } from 'commander';
import { program } from './program';
import { ExitCode } from '../submitter/exit-code';

async function main(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) { throw error; }
    process.exitCode = error.exitCode === 0 ? ExitCode.OK : ExitCode.USAGE;
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') { process.exit(process.exitCode ?? 0); } // the reader, such as head, has what it wants
  throw error;
});
void main();
