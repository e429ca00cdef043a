import { spawnSync } from 'child_process';
import { readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'fs';
import { homedir } from 'os';
import { join } from 'path';
import { temporaryDirectory, tree } from '../temporary-directory';

/** The compiled command line, in a folder and with a state of its own. */
function stack(...args: string[]) {
  const env = { ...process.env, GENEVA_STACK_STATE: temporaryDirectory() };
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(__dirname, '..', '..', 'lib', 'cli', 'main.js'), ...args], { env, cwd: temporaryDirectory(), encoding: 'utf8' });
  return { code: status, stdout, stderr };
}

test('--help is on stdout and ends with 0', () => {
  const { code, stdout, stderr } = stack('--help');
  expect([code, stderr]).toEqual([0, '']);
  for (const command of ['bundle', 'gc', 'image-recipe', 'publish', 'submit', 'plan', 'attach', 'logs', 'status', 'report', 'list', 'stop', 'doctor', 'local']) {
    expect(stdout).toContain(`\n  ${command} `);
  }
});

test.each([
  [[], 'Usage: geneva-stack'],
  [['sumbit'], "unknown command 'sumbit'\n(Did you mean submit?)"],
  [['submit'], "missing required argument 'job'"],
  [['plan'], "missing required argument 'job'"],
  [['local', 'start'], "unknown command 'start'\n(Did you mean up?)"],
  [['local', 'stop'], "unknown command 'stop'\n(Did you mean down?)"],
  [['local', 'stats'], "unknown command 'stats'\n(Did you mean status?)"],
  [['submit', 'x', '--no-such'], "unknown option '--no-such'"],
  [['submit', 'x', '--run-key', 'a b'], 'Expected 1 to 63 letters'],
  [['submit', 'x', '--contact-timeout', '-1'], 'Expected a number of seconds above 0'],
  [['submit', 'x', '--head-timeout', '20'], 'Expected a number with a unit'],
  [['list', '--target', 'clutser'], 'did you mean --target cluster?'],
  [['report'], "missing required argument 'run'"],
  [['list', '--output', 'xml'], 'Allowed choices are text, json, ndjson'],
  [['local', 'up', '--cpus', 'two'], 'Expected a whole number of at least 1'],
  [['gc', '--store', 'file:///x/', '--older-than', '3 weeks'], 'Expected a number with a unit'],
  [['gc'], "required option '--store <url>' not specified"],
  [['image-recipe'], "required option '--base <image>' not specified"],
  [['bundle', '--root', 'x', '--arch', 'sparc'], 'Allowed choices are x86_64, aarch64'],
  [['list', '--target', 'cluster'], 'no such file or directory, expected synthesized manifests'],
  [['list', '--target', 'cluster://x'], 'expected cluster://NAMESPACE/ENVIRONMENT'],
  [['list', '--target', 'cluster://x/y', '--via', 'car'], 'Allowed choices are proxy, port-forward, direct'],
  [['list', '--target', 'cluster://x/y', '--kubeconfig', '/no/such/file'], '--kubeconfig /no/such/file: no such file'],
  [['submit', 'x', '--stack', 'cm://'], 'expected cm://NAMESPACE/NAME'],
  [['publish', '--stack', 'cm://x/y'], 'a cluster has only the descriptor'],
  [['publish'], 'no such file or directory, expected synthesized manifests'],
])('%p is a usage error without a stack trace', (args, message) => {
  const { code, stderr } = stack(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('an error with --output json is JSON on stdout', () => {
  const { code, stdout } = stack('attach', 'no-such', '--output', 'json');
  expect([code, JSON.parse(stdout)]).toEqual([2, {
    error: {
      code: 'RUN_UNKNOWN',
      message: 'no run "no-such" on this machine, on which no Ray head runs that could know more',
      fix: 'geneva-stack list shows the runs of this machine; --target names another head',
    },
    exitCode: 2,
  }]);
});

test('--verbose shows where an error came from', () => {
  expect(stack('attach', 'no-such', '--verbose').stderr).toMatch(/\n\s+at /);
});

test('without a head, list has the runs of this machine, and says that no head was asked', () => {
  expect(stack('list')).toEqual({
    code: 0, stdout: 'no runs yet: geneva-stack submit JOB\n', stderr: 'no Ray head runs on this machine, so none was asked: these are the runs that it has records of\n',
  });
});

test('without a head, local status ends with 7 and local down with 0', () => {
  expect(stack('local', 'status')).toMatchObject({ code: 7, stdout: 'no Ray head is up: geneva-stack local up\n' });
  expect(stack('local', 'down')).toMatchObject({ code: 0, stdout: 'no Ray head was up\n' });
});

test('doctor names what fails, with a fix for each', () => {
  const { code, stdout } = stack('doctor');
  expect(code).toBe(7);
  expect(stdout).toMatch(/^ok {3}Node\.js: v/);
  expect(stdout).toContain('FAIL stack: ');
  expect(stdout).toContain('FAIL Ray head: target local: no Ray head runs on this machine\n     Fix: geneva-stack local up');
});

describe('bundle without a stack', () => {
  const root = tree({ 'a.py': 'x = 1\n', '.env': 'A=1' });

  test('says what would ship, and what was held back', () => {
    const { code, stdout, stderr } = stack('bundle', '--root', root);
    expect([code, stderr]).toEqual([0, 'held back: .env (looks like a secret)\n']);
    expect(stdout).toMatch(/^bundle [0-9a-f]{12}: 1 of 1 shards to publish\n {2}workspace: 1 file, 6 B, 1 shard\n$/);
  });

  test('says which links it follows out of a root, once each', () => {
    const linking = tree({ 'a.py': 'x = 1\n' });
    const outside = realpathSync(tree({ 'one.py': '', 'two.py': '' }));
    symlinkSync(outside, join(linking, 'shared'));
    expect(stack('bundle', '--root', linking).stderr).toBe(`follows a link out of the root: shared -> ${outside}\n`);
    expect(JSON.parse(stack('bundle', '--root', linking, '--output', 'json').stdout)).toMatchObject({ outwardLinks: [{ path: 'shared', target: outside }] });
    symlinkSync(homedir(), join(linking, 'home'));
    expect(stack('bundle', '--root', linking)).toMatchObject({ code: 2, stderr: expect.stringContaining('Fix: remove the link, or exclude it   [LINK_REFUSED]') as string });
  });

  test('lists the first of very many links only', () => {
    const linking = tree({ 'a.py': '' });
    const outside = tree({ 'one.py': '' });
    for (let number = 0; number < 23; number++) { symlinkSync(join(outside, 'one.py'), join(linking, `${number}.py`)); }
    const lines = stack('bundle', '--root', linking).stderr.trim().split('\n');
    expect([lines.length, lines[20]]).toEqual([21, 'follows 3 more links out of the root: --output json lists them']);
  });

  test('publishes, once', () => {
    const store = `file://${join(temporaryDirectory(), 'store')}/`;
    const publish = () => JSON.parse(stack('bundle', '--root', `other=${root}`, '--store', store, '--publish', '--output', 'json').stdout) as object;
    expect(publish()).toMatchObject({ roots: [{ kind: 'other', files: 1 }], shards: { total: 1, missing: 1, published: 1 } });
    expect(publish()).toMatchObject({ shards: { total: 1, missing: 0, published: 0 }, bytes: { total: 6, shipped: 0 } });
  });

  test('publishes one zip a root for a plain Ray, and prints its runtime_env', () => {
    const directory = join(temporaryDirectory(), 'store');
    const args = ['bundle', '--root', root, '--store', `file://${directory}/`, '--layout', 'single'];
    const dry = JSON.parse(stack(...args, '--output', 'json').stdout) as { layout: string; shards: object; roots: Array<{ digest: string }>; runtimeEnv: object };
    const uri = `file://${directory}/single/${dry.roots[0].digest}.zip`;
    expect(dry).toMatchObject({ layout: 'single', shards: { total: 1, missing: 1, published: 0 }, runtimeEnv: { py_modules: [uri] } });
    const { code, stdout } = stack(...args, '--publish');
    expect([code, stdout.split('\n')]).toEqual([0, [
      expect.stringMatching(/^bundle [0-9a-f]{12}: published 1 of 1 zips, \d+ B$/), '  workspace: 1 file, 6 B, 1 zip', `runtime_env: {"py_modules":["${uri}"]}`, '',
    ]]);
    expect(readdirSync(directory)).toEqual(['single']);
    expect(stack(...args, '--publish').stdout).toContain('published 0 of 1 zips, 0 B');
  });

  test('writes a page', () => {
    const page = join(temporaryDirectory(), 'report.html');
    expect(stack('bundle', '--root', root, '--report', page).code).toBe(0);
    expect(readFileSync(page, 'utf8')).toContain('<!doctype html>');
  });

  test('asks a Python for what it finds', () => {
    const { code, stdout } = stack('bundle', '--root', `python-path=${root}`, '--python', 'python3', '--output', 'json');
    const report = JSON.parse(stdout) as { roots: Array<{ kind: string }> };
    expect([code, report.roots[0].kind]).toEqual([0, 'workspace']);
  });

  test('leaves to the image what the image must have', () => {
    const packages = tree({
      'lib/python3.11/site-packages/six.py': 'x = 1\n',
      'lib/python3.11/site-packages/ray/__init__.py': '',
      'lib/python3.11/site-packages/ray-2.60.0.dist-info/METADATA': 'Name: ray\nVersion: 2.60.0\n',
    });
    const { code, stdout, stderr } = stack('bundle', '--root', `site-packages=${join(packages, 'lib/python3.11/site-packages')}`);
    expect([code, stdout]).toEqual([0, expect.stringContaining('site-packages: 1 file')]);
    expect(stderr).toContain("ray 2.60.0 would hide the image's own");
  });

  test.each([
    [['--root', `site-packages=${root}`], 'add --python-version 3.N'],
    [['--root', `python-path=${root}`, '--python', '/no/python'], '/no/python'],
    [['--root', '/no/such/place'], 'no such directory'],
    [['--root', root, '--publish'], '--publish: no store was given'],
    [['--root', root, '--report', '/no/such/place/r.html'], '--report /no/such/place/r.html'],
    [['--root', root, '--exclude', '*'], 'holds no file that ships'],
    [['--root', root, '--store', 'ftp://x/'], 'got ftp://x/'],
    [['--root', root, '--layout', 'double'], 'Allowed choices are shards, single'],
  ])('%p is a usage error', (args, message) => {
    expect(stack('bundle', ...args)).toMatchObject({ code: 2, stderr: expect.stringContaining(message) as string });
  });
});

describe('image-recipe', () => {
  test('writes two files, and never over another\'s', () => {
    const directory = join(temporaryDirectory(), 'image');
    const write = () => stack('image-recipe', '--base', 'rayproject/ray:2.60.0-py311', '--python', 'python3', '--directory', directory);
    expect(write().code).toBe(0);
    expect(readFileSync(join(directory, 'Dockerfile'), 'utf8')).toContain('FROM rayproject/ray:2.60.0-py311');
    expect(write().code).toBe(0);
    writeFileSync(join(directory, 'Dockerfile'), 'FROM mine\n');
    expect(write()).toMatchObject({ code: 2, stderr: expect.stringContaining('is there already, with another content') as string });
    expect(readFileSync(join(directory, 'Dockerfile'), 'utf8')).toBe('FROM mine\n');
  });
});
