import { CommanderError } from 'commander';
import { program } from '../../src/cli/program';
import { STACK_DESCRIPTOR_KEY, STACK_DESCRIPTOR_LABEL } from '../../src/descriptor/stack-descriptor';
import { STACK } from '../submitter/sample';
import { tree } from '../temporary-directory';

/** What is said to a wrong command line. */
function said(...args: string[]): string {
  let text = '';
  const write = jest.spyOn(process.stderr, 'write').mockImplementation((part) => { text += String(part); return true; });
  try {
    expect(() => program().parse(args, { from: 'user' })).toThrow(CommanderError);
  } finally {
    write.mockRestore();
  }
  return text;
}

const stack = () => tree({
  'stack.json': JSON.stringify({
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stack', labels: { [STACK_DESCRIPTOR_LABEL]: 'v1' } }, data: { [STACK_DESCRIPTOR_KEY]: JSON.stringify(STACK) },
  }),
});

test.each(['submit', 'plan'])('%s without a job names the jobs of the stack', (command) => {
  const directory = stack();
  expect(said(command, '--stack', directory)).toBe(`error: missing required argument 'job'\n(Jobs of ${directory}: word-count, long-docs)\n`);
});

test('without a stack, only what is missing is said', () => {
  expect(said('submit', '--stack', '/no/such')).toBe("error: missing required argument 'job'\n");
});

test('other errors of these commands stay as they are', () => {
  expect(said('submit', 'x', '--detatch')).toBe("error: unknown option '--detatch'\n(Did you mean --detach?)\n");
});

test('nobody is there to begin a job again when nobody follows it', () => {
  expect(said('submit', 'x', '--attempts', '2', '--detach')).toBe("error: option '--attempts <n>' cannot be used with option '--detach'\n");
});

test.each(['0', '-1', '1.5', 'two', ''])('%j attempts are none', (attempts) => {
  expect(said('submit', 'x', `--attempts=${attempts}`)).toContain('Expected a whole number of at least 1.');
});

test.each([['start', 'up'], ['stop', 'down'], ['stats', 'status']])('local %s: %s is meant', (typed, meant) => {
  expect(said('local', typed)).toBe(`error: unknown command '${typed}'\n(Did you mean ${meant}?)\n`);
});
