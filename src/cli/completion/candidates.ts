import { Argument, Command, Option } from 'commander';

/** Something that may be typed next. */
export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What may be typed next; `files`: the shell knows better. */
export type Candidates = readonly Candidate[] | 'files';

/** What only this machine knows. */
export interface KnownNames {
  /** Of the stack that `--stack` names. */
  jobs(stack: string): readonly Candidate[];
  runs(): readonly Candidate[];
}

/** A command line up to the word that is being typed. */
interface Typed {
  readonly command: Command;
  /** Arguments that are complete. */
  readonly args: number;
  readonly options: ReadonlyMap<Option, string | undefined>;
  /** Option whose value is being typed. */
  readonly pending?: Option;
}

const TARGETS: readonly Candidate[] = [
  { value: 'local', description: 'the Ray head on this machine' },
  { value: 'cluster', description: 'the cluster that the stack declares' },
];

/** Values that are paths, by how the help calls them. */
const PATHS = /<(\[kind=\])?(path|file|venv)>/;

/**
 * What may come next on a command line, by the program's own model of itself.
 *
 * @param words all after the program's name; the last one is being typed, and may be empty
 */
export function candidates(program: Command, words: readonly string[], known: KnownNames): Candidates {
  const typed = read(program, words.slice(0, -1));
  const current = words[words.length - 1] ?? '';
  if (typed.pending) { return matching(valuesOf(typed.pending, current), current); }
  const [, flag, value] = /^(--[^=]+)=(.*)$/.exec(current) ?? [];
  if (flag !== undefined) {
    const option = optionOf(typed.command, flag);
    const found = option ? matching(valuesOf(option, value), value) : [];
    return found === 'files' ? found : found.map((candidate) => ({ ...candidate, value: `${flag}=${candidate.value}` }));
  }
  if (current.startsWith('-')) { return matching(optionsLeft(typed), current); }
  return matching(argumentsNext(typed, known), current);
}

function read(program: Command, words: readonly string[]): Typed {
  let command = program;
  let args = 0;
  const options = new Map<Option, string | undefined>();
  let pending: Option | undefined;
  for (const word of words) {
    if (pending) {
      options.set(pending, word);
      pending = undefined;
    } else if (word.startsWith('-') && word !== '-') {
      const [flag, value] = word.split('=', 2);
      const option = optionOf(command, flag);
      if (option) { options.set(option, value); }
      pending = option && takesValue(option) && value === undefined ? option : undefined;
    } else {
      const child = command.commands.find((candidate) => candidate.name() === word);
      if (child) { command = child; } else { args += 1; }
    }
  }
  return { command, args, options, pending };
}

function optionOf(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => flag === long || flag === short);
}

function takesValue(option: Option): boolean {
  return option.required || option.optional;
}

function valuesOf(option: Option, current: string): Candidates {
  if (option.argChoices) { return option.argChoices.map((value) => ({ value, description: '' })); }
  if (option.long === '--target') { return TARGETS; }
  if (!PATHS.test(option.flags)) { return []; }
  return current.includes('://') ? [] : 'files';
}

/** Options that are not there yet, or that may be there again. */
function optionsLeft({ command, options }: Typed): Candidate[] {
  return [...command.createHelp().visibleOptions(command)]
    .filter((option) => ![...options.keys()].some(({ long }) => long === option.long) || Array.isArray(option.defaultValue))
    .flatMap((option) => (option.long ? [{ value: option.long, description: option.description }] : []));
}

function argumentsNext(typed: Typed, known: KnownNames): Candidates {
  const { command, args } = typed;
  if (command.commands.length > 0) {
    return command.createHelp().visibleCommands(command).map((child) => ({ value: child.name(), description: child.description() }));
  }
  const argument = command.registeredArguments[args];
  return argument ? valuesOfArgument(argument, typed, known) : optionsLeft(typed);
}

function valuesOfArgument(argument: Argument, { command, options }: Typed, known: KnownNames): readonly Candidate[] {
  if (argument.argChoices) { return argument.argChoices.map((value) => ({ value, description: '' })); }
  switch (argument.name()) {
    case 'job': {
      const stack = optionOf(command, '--stack');
      return known.jobs((stack && options.get(stack)) ?? String(stack?.defaultValue));
    }
    case 'run': return known.runs();
    default: return [];
  }
}

function matching(found: Candidates, current: string): Candidates {
  return found === 'files' ? found : found.filter(({ value }) => value.startsWith(current));
}
