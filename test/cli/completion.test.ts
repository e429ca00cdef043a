import { execFileSync, spawnSync } from 'child_process';
import { mkdirSync, symlinkSync } from 'fs';
import { delimiter, join } from 'path';
import { candidates, KnownNames } from '../../src/cli/completion/candidates';
import { SHELLS, Shell } from '../../src/cli/completion/scripts';
import { program } from '../../src/cli/program';
import { RunStore } from '../../src/submitter/run-store';
import { LocalStack } from '../submitter/local-stack';
import { BACKFILL, record } from '../submitter/sample';
import { temporaryDirectory, tree } from '../temporary-directory';

jest.setTimeout(120_000);

const KNOWN: KnownNames = {
  jobs: (stack) => (stack === 'dist' ? [{ value: 'word-count', description: 'backfill' }] : [{ value: 'other', description: '' }]),
  runs: () => [{ value: 'features-word-count-1', description: '' }, { value: 'features-word-count-2', description: '' }],
};

/** The values that may come next on a line, of which the last word is being typed. */
function next(line: string): string[] | 'files' {
  const found = candidates(program(), line.split(' '), KNOWN);
  return found === 'files' ? found : found.map(({ value }) => value);
}

test.each<[string, string[] | 'files']>([
  ['su', ['submit']],
  ['st', ['status', 'stop']],
  ['local ', ['up', 'down', 'status', 'help']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['submit ', ['word-count']],
  ['submit w', ['word-count']],
  ['submit x', []],
  ['submit --stack elsewhere ', ['other']],
  ['submit --stack=elsewhere ', ['other']],
  ['submit --set where=a ', ['word-count']],
  ['plan ', ['word-count']],
  ['status ', ['features-word-count-1', 'features-word-count-2']],
  ['logs -f features-word-count-2', ['features-word-count-2']],
  ['attach ', ['features-word-count-1', 'features-word-count-2']],
  ['list --output ', ['text', 'json', 'ndjson']],
  ['list --output=n', ['--output=ndjson']],
  ['list --target ', ['local', 'cluster']],
  ['bundle --arch ', ['x86_64', 'aarch64']],
  ['bundle --layout s', ['shards', 'single']],
  ['submit --stack ', 'files'],
  ['bundle --root ', 'files'],
  ['bundle --root=', 'files'],
  ['report RUN --output ', 'files'],
  ['gc --store ', []],
  ['submit --de', ['--detach']],
  ['submit --detach --de', []],
  ['submit --set a=1 --se', ['--set']],
  ['submit --no-such', []],
  ['no-such --o', []],
])('%p is gone on with', (line, expected) => {
  expect(next(line)).toEqual(expected);
});

test('commands that are not for people are not offered', () => {
  expect(next('')).toEqual(expect.arrayContaining(['submit', 'plan', 'completion', 'help']));
  expect(next('__')).toEqual([]);
});

test('all options of a command are offered', () => {
  const submit = program().commands.find((command) => command.name() === 'submit')!;
  expect(next('submit word-count --')).toEqual(expect.arrayContaining([...submit.options.map(({ long }) => long), '--help']));
});

describe('a real shell, when TAB is pressed', () => {
  /** How each shell is started without the user's own settings, and told to complete. */
  const STARTED: Record<Shell, { readonly command: string[]; readonly setup: string }> = {
    bash: { command: ['bash', '--norc', '--noprofile', '-i'], setup: 'eval "$(geneva-stack completion bash)"' },
    zsh: { command: ['zsh', '-f', '-i'], setup: 'autoload -Uz compinit; compinit -u -D; eval "$(geneva-stack completion zsh)"' },
    fish: { command: ['fish', '--no-config', '-i'], setup: 'geneva-stack completion fish | source' },
  };

  const state = temporaryDirectory();
  const directory = temporaryDirectory();
  const bin = join(temporaryDirectory(), 'bin');

  beforeAll(() => {
    new LocalStack(directory, tree({ 'a.py': '' }), [BACKFILL, { ...BACKFILL, name: 'other' }], state);
    new RunStore(state).save(record());
    mkdirSync(bin);
    symlinkSync(join(__dirname, '..', '..', 'lib', 'cli', 'main.js'), join(bin, 'geneva-stack'));
  });

  function shown(shell: Shell, line: string): string {
    const { command, setup } = STARTED[shell];
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, GENEVA_STACK_STATE: state, TERM: 'xterm' };
    const text = execFileSync('python3', [join(__dirname, 'press-tab.py'), line, setup, ...command], { encoding: 'utf8', cwd: directory, env });
    return text.replace(/\x1b\[[0-9;?]*[A-Za-z]|[\r\x07]/g, '').replace(/.\x08/g, ''); // eslint-disable-line no-control-regex
  }

  for (const shell of SHELLS) {
    const isThere = spawnSync(shell, ['-c', 'true']).status === 0;
    const of = isThere ? test : test.skip;
    of.each([
      ['geneva-stack sub', /submit /],
      ['geneva-stack submit --stack . word-c', /word-count /],
      ['geneva-stack submit --stack . ', /^(?=.*other)(?=.*word-count)/s],
      ['geneva-stack list --output=j', /--output=json/],
      ['geneva-stack list --output ', /json.*ndjson.*text/s],
      ['geneva-stack status features-', new RegExp(record().run)],
      ['geneva-stack plan --stack stack.j', /stack\.json/],
      ['geneva-stack submit --stack . word-count --run', /--run-key/],
    ])(`${shell}${isThere ? '' : ' (which is not installed here, so this was not tried)'}: %p`, (line, expected) => {
      expect(shown(shell, line)).toMatch(expected);
    });
  }
});

test('a shell that is not known is a usage error', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(__dirname, '..', '..', 'lib', 'cli', 'main.js'), 'completion', 'tcsh'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([2, expect.stringContaining('Allowed choices are bash, zsh, fish')]);
});
