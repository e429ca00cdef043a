import { Command } from 'commander';

/** A command line, without the program's name, and what it does. */
export type Example = readonly [line: string, what: string];

/** By the names of a command. The program itself has none: its own are those that one begins with. */
const EXAMPLES: Record<string, readonly Example[]> = {
  '': [
    ['local up', 'start a Ray head on this machine'],
    ['submit word-count', 'publish, submit and follow'],
    ['list', 'all runs'],
  ],
  'publish': [
    ['publish', 'the bundle of the stack in dist'],
    ['publish --stack dist/features --dry-run', 'only say what would be uploaded'],
  ],
  'bundle': [
    ['bundle --report bundle.html', 'what the stack would ship, and a map of it'],
    ['bundle --root . --store file:///srv/bundles/ --publish', 'a directory, without a stack'],
    ['bundle --root python-path=. --python .venv/bin/python', 'all that a Python finds from there'],
  ],
  'gc': [
    ['gc --store file:///srv/bundles/', 'list it'],
    ['gc --store file:///srv/bundles/ --older-than 90d --delete', 'delete it'],
  ],
  'image-recipe': [
    ['image-recipe --base rayproject/ray:2.60.0-py311', 'for the packages of .venv'],
  ],
  'submit': [
    ['submit word-count', 'publish, submit and follow'],
    ['submit word-count --set where="words IS NULL" --wait', 'other rows, after the run that is at the column'],
    ['submit word-count --target cluster --head-timeout 1h --attempts 3 --run-key 2026-11-25', 'once a day, from a scheduler; a head may take an hour to come, and the job may fail twice'],
  ],
  'plan': [
    ['plan word-count', 'what a submit would do now'],
    ['plan word-count --set workers.concurrency=8', 'with another setting'],
  ],
  'attach': [
    ['attach RUN', 'by the id that submit printed'],
  ],
  'logs': [
    ['logs RUN', 'what the functions printed'],
    ['logs RUN -f --output ndjson', 'with the events, until the run ends'],
  ],
  'status': [
    ['status RUN', 'its steps, with the time that each took'],
    ['status RUN --output json', 'for scripts'],
  ],
  'report': [
    ['report RUN', 'a page named like the run'],
    ['report RUN --output run.html', 'under another name'],
  ],
  'list': [
    ['list', 'of the Ray head on this machine'],
    ['list --target http://127.0.0.1:8265', 'of another one'],
  ],
  'stop': [
    ['stop RUN', 'the next submit of the job goes on from there'],
  ],
  'doctor': [
    ['doctor', 'for this machine'],
    ['doctor --target http://127.0.0.1:8265', 'for a cluster'],
  ],
  'completion': [
    ['completion bash', 'for ~/.bashrc: eval "$(geneva-stack completion bash)"'],
    ['completion zsh', 'for ~/.zshrc: eval "$(geneva-stack completion zsh)"'],
    ['completion fish', 'for config.fish: geneva-stack completion fish | source'],
  ],
  'local': [
    ['local up', 'start a Ray head'],
    ['local status', 'where it is'],
    ['local down', 'end it'],
  ],
  'local up': [
    ['local up', 'with all CPUs of the machine'],
    ['local up --cpus 2 --python python3.12', 'with two, and a Python of your choice'],
  ],
  'local down': [
    ['local down', 'end the Ray head'],
  ],
  'local status': [
    ['local status', 'where the Ray head is, if there is one'],
  ],
};

/** Ends the help of a command, and of those below it, with examples. */
export function addExamples(command: Command, path = ''): void {
  const examples = EXAMPLES[path] ?? [];
  if (examples.length > 0) { command.addHelpText('after', () => helpText(examples)); }
  command.commands.forEach((child) => addExamples(child, `${path} ${child.name()}`.trim()));
}

function helpText(examples: readonly Example[]): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  return ['', 'Examples:', ...examples.map(([line, what]) => `  geneva-stack ${line.padEnd(width)}  ${what}`)].join('\n');
}
