import { Command } from 'commander';
import { loadStack } from '../submitter/stack';

/** What people type for `local up` and `local down`: too far from them for a search by spelling. */
const MEANT: Record<string, string> = { start: 'up', run: 'up', stop: 'down', kill: 'down' };

/** Has a command that lacks its job say which jobs there are. */
export function namesJobs(command: Command): Command {
  return command.configureOutput({
    outputError: (text, write) => write(text.includes("missing required argument 'job'") ? text + jobsOf(command.opts<{ stack: string }>().stack) : text),
  });
}

/** Has `local` know other words for its commands. */
export function knowsOtherWords(command: Command): Command {
  return command.configureOutput({ outputError: (text, write) => write(withMeant(text)) });
}

function withMeant(text: string): string {
  const [, typed] = /^error: unknown command '(.+)'/.exec(text) ?? [];
  const meant = typed !== undefined && MEANT[typed];
  return meant ? `error: unknown command '${typed}'\n(Did you mean ${meant}?)\n` : text;
}

/** Empty where they can't be read, or only from a cluster: what is wrong then, the complete command tells. */
function jobsOf(stack: string): string {
  try {
    const names = loadStack(stack).descriptor.jobs.map(({ name }) => name);
    return `(Jobs of ${stack}: ${names.join(', ') || 'none'})\n`;
  } catch {
    return '';
  }
}
