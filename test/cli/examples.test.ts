import { Command } from 'commander';
import { program } from '../../src/cli/program';

/** A command and those below it. */
function all(command: Command): Command[] {
  return [command, ...command.commands.flatMap(all)];
}

/** The help of a command, with what is put after it. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => { text += part; } });
  command.outputHelp();
  return text;
}

/** The arguments of a line, as a shell would have them. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"]|"[^"]*")+/g)].map(([word]) => word.replace(/"/g, ''));
}

const path = (command: Command): string => (command.parent ? `${path(command.parent)} ${command.name()}` : command.name());
const commands = all(program()).filter((command) => !command.name().startsWith('__')); // those are not for people
const examples = commands.flatMap((command) => {
  const [, listed = ''] = helpOf(command).split('\nExamples:\n');
  return listed.split('\n').filter((line) => line.startsWith('  geneva-stack ')).map((line) => [path(command), line.trim()]);
});

test.each(commands.map((command) => [path(command)]))('%s --help ends with one to three examples, each with what it does', (name) => {
  const own = examples.filter(([of]) => of === name).map(([, line]) => line);
  expect(own.length).toBeGreaterThanOrEqual(1);
  expect(own.length).toBeLessThanOrEqual(3);
  own.forEach((line) => expect(line).toMatch(/^geneva-stack .*\S {2,}\S/));
});

test.each(examples)('of %s: %s parses', async (name, example) => {
  const [line] = example.split(/ {2,}/);
  const root = program();
  let ran: string | undefined;
  all(root).forEach((command) => command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined }));
  all(root).filter((command) => command.commands.length === 0).forEach((command) => command.action(() => { ran = path(command); }));
  await root.parseAsync(words(line).slice(1), { from: 'user' });
  expect(ran).toBeDefined();
  if (name !== 'geneva-stack') { expect(ran).toMatch(new RegExp(`^${name}\\b`)); }
});
