import { readFileSync } from 'fs';
import { join } from 'path';
import { Command } from 'commander';
import { snippets, REPOSITORY } from './pages';
import { program } from '../../src/cli/program';

const lines = snippets('sh', 'bash').flatMap(({ at, text }) => commandsOf(text).map((line) => ({ at, line })));
const scripts = Object.keys((JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { scripts: Record<string, string> }).scripts);

const ours = lines.filter(({ line }) => /^(npx )?geneva-stack /.test(line));

test.each(ours.map(({ at, line }) => [at, line]))('%s: %s is a command line that geneva-stack takes', async (_, line) => {
  const root = program();
  let ran = false;
  everyCommand(root).forEach((command) => command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined }));
  everyCommand(root).filter(({ commands }) => commands.length === 0).forEach((command) => command.action(() => { ran = true; }));
  await root.parseAsync(words(line.replace(/^npx /, '')).slice(1), { from: 'user' });
  expect(ran).toBe(true);
});

test('every script of ours that is named is there', () => {
  const named = lines.flatMap(({ at, line }) => [...line.matchAll(/(?:npm run|npx projen) ([\w:-]+)/g)].map(([, script]) => ({ at, script })));
  expect(named.filter(({ script }) => !scripts.includes(script))).toEqual([]);
});

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

/** One command each, without comments and what is piped on. */
function commandsOf(text: string): string[] {
  return text.replace(/\\\n\s*/g, ' ').split('\n')
    .map((line) => line.replace(/^\$ /, '').replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .flatMap((line) => line.split(/ (?:&&|\||;) /))
    .map((line) => line.replace(/ > \S+$/, '').trim());
}

/** The arguments of a line, as a shell would have them. */
function words(line: string): string[] {
  return [...line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ''));
}
