import { spawnSync } from 'child_process';
import { chmodSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from 'fs';
import { join } from 'path';
import * as fc from 'fast-check';
import { installTools, project, run, Tools } from './environments';
import { planBundle, RootSource } from '../../../src/bundler/plan';
import { InterpreterFacts } from '../../../src/bundler/python/interpreter-facts';
import { PathNote, PythonPath, scanPythonPath } from '../../../src/bundler/python/python-path';
import { packageRoot, pythonRoots } from '../../../src/bundler/python/python-roots';
import { resolveRoot } from '../../../src/bundler/root-source';
import { walk } from '../../../src/bundler/walk';
import { temporaryDirectory, tree } from '../../temporary-directory';

jest.setTimeout(120_000);

let tools: Tools;
let caches: string;
const settings = { ...process.env };

beforeAll(() => {
  tools = installTools();
  caches = temporaryDirectory();
});

beforeEach(() => {
  process.env.PYTHONNOUSERSITE = '1';
  delete process.env.PYTHONPATH;
});

afterEach(() => {
  process.env = { ...settings };
});

/** An environment made by uv with these packages. */
function uvEnvironment(packages: string[], options: string[] = []): string {
  const environment = join(temporaryDirectory(), 'env');
  run(tools.uv, ['venv', '--quiet', '--no-config', '--python', tools.python, environment], { UV_CACHE_DIR: caches });
  if (packages.length > 0) {
    run(tools.uv, ['pip', 'install', '--quiet', '--no-config', '--python', join(environment, 'bin', 'python'), ...options, ...packages], { UV_CACHE_DIR: caches });
  }
  return environment;
}

function scan(environment: string, workspace = tree({ 'mine.py': '' })): PythonPath {
  return scanPythonPath({ interpreter: join(environment, 'bin', 'python'), workspace: { path: workspace } });
}

function shipped(root: RootSource): string[] {
  return walk(resolveRoot(root), root).files.map(({ path }) => path).sort();
}

/** Modules and packages of a root, without metadata. */
function modules(root: RootSource): string[] {
  return [...new Set(shipped(root).map((path) => path.split('/')[0]))].filter((name) => !name.endsWith('-info'));
}

function reasons(notes: readonly PathNote[], path: string): string[] {
  return notes.filter((note) => note.path === path).map(({ reason }) => reason);
}

describe('environments', () => {
  test('venv: the workspace, then what pip installed; the standard library is dropped', () => {
    const environment = join(temporaryDirectory(), 'env');
    run(tools.python, ['-m', 'venv', '--without-pip', environment]);
    run(tools.uv, ['pip', 'install', '--quiet', '--no-config', '--python', join(environment, 'bin', 'python'), 'six==1.17.0'], { UV_CACHE_DIR: caches });
    const workspace = tree({ 'mine.py': '' });
    const { python, roots, notes } = scan(environment, workspace);
    expect(roots.map(({ kind }) => kind)).toEqual(['workspace', 'site-packages']);
    expect(roots[0].path).toBe(workspace);
    expect(modules(roots[1])).toContain('six.py');
    expect(notes).toEqual([]);
    expect(run(tools.python, ['--version']).trim()).toBe(`Python ${python.version}`);
  });

  test.each(['hardlink', 'symlink', 'copy'])('uv, %s mode: every file ships', (mode) => {
    const [, site] = scan(uvEnvironment(['iniconfig==2.1.0', 'six==1.17.0'], ['--link-mode', mode])).roots;
    expect(shipped(site)).toEqual(expect.arrayContaining(['six.py', 'iniconfig/__init__.py', 'iniconfig/py.typed', 'six-1.17.0.dist-info/METADATA']));
    expect(planBundle({ roots: [site], cacheDirectory: temporaryDirectory() }).roots[0].bytes).toBeGreaterThan(40_000);
  });

  test('uv: the way of linking does not change the bundle', () => {
    const digests = ['hardlink', 'symlink'].map((mode) => {
      const [, site] = scan(uvEnvironment(['six==1.17.0'], ['--link-mode', mode])).roots;
      return planBundle({ roots: [site], cacheDirectory: temporaryDirectory() }).digest;
    });
    expect(digests[0]).toBe(digests[1]);
  });

  test('virtualenv: .pth files stay behind, the packages ship', () => {
    const environment = join(temporaryDirectory(), 'env');
    run(tools.virtualenv, ['--quiet', '--no-download', environment], { VIRTUALENV_OVERRIDE_APP_DATA: temporaryDirectory() });
    const [, site] = scan(environment).roots;
    expect(site.kind).toBe('site-packages');
    expect(shipped(site).filter((path) => path.endsWith('.pth'))).toEqual([]);
    expect(modules(site)).toContain('pip');
  });

  test('conda: packages inside the standard library\'s directory are still packages, an environment in the workspace is not code', () => {
    const workspace = tree({ 'mine.py': '', 'env/conda-meta/history': '', 'env/lib/python3.11/os.py': '', 'env/lib/python3.11/site-packages/six.py': '' });
    const prefix = join(workspace, 'env');
    const library = join(prefix, 'lib', 'python3.11');
    const interpreter = pythonThatSays({
      prefix,
      path: [join(prefix, 'lib', 'python311.zip'), library, join(library, 'lib-dynload'), join(library, 'site-packages')],
      standardLibrary: [library, join(library, 'lib-dynload')],
      sitePackages: [join(library, 'site-packages')],
    });
    const { roots } = scanPythonPath({ interpreter, workspace: { path: workspace } });
    expect(roots.map((root) => [root.kind, shipped(root)])).toEqual([['workspace', ['mine.py']], ['site-packages', ['six.py']]]);
  });

  test('packages of the user\'s own count when Python looks there', () => {
    process.env.PYTHONUSERBASE = join(temporaryDirectory(), 'user');
    delete process.env.PYTHONNOUSERSITE;
    const interpreter = run(tools.python, ['-c', 'import sys; print(getattr(sys, "_base_executable", sys.executable))']).trim();
    const directory = run(interpreter, ['-c', 'import site; print(site.getusersitepackages())']).trim();
    tree({ 'mine_too.py': '' }, directory);
    const { python, roots } = scanPythonPath({ interpreter, workspace: { path: tree({}) } });
    const own = roots.find(({ path }) => path === directory);
    expect(python.sitePackages).toContain(directory);
    expect(own).toMatchObject({ kind: 'site-packages' });
    expect(modules(own!)).toEqual(['mine_too.py']);
  });
});

describe('editable installs', () => {
  test('their sources are roots, their finders and links stay behind', () => {
    const flat = project('flat', { 'flatpkg/__init__.py': '', 'tests/__init__.py': '' }, '[tool.setuptools]\npackages = ["flatpkg"]\n');
    const src = project('srclayout', { 'src/ns/part/__init__.py': '', 'src/single.py': '' });
    const hatch = tree({
      'pyproject.toml': '[build-system]\nrequires = ["hatchling==1.27.0"]\nbuild-backend = "hatchling.build"\n[project]\nname = "hatched"\nversion = "1.2"\n',
      'hatched/__init__.py': '',
    });
    const environment = uvEnvironment(['-e', flat, '-e', src, '-e', hatch]);
    const { roots, notes } = scan(environment);
    const [, site, ...others] = roots;
    expect(others.map((root) => [root.kind, root.path, modules(root)])).toEqual([
      ['workspace', join(src, 'src'), ['ns', 'single.py']],
      ['workspace', hatch, ['hatched', 'pyproject.toml']],
      ['workspace', flat, ['flatpkg']],
    ]);
    expect(modules(site).filter((name) => name !== '_virtualenv.py')).toEqual([]);
    expect(shipped(site).filter((path) => /direct_url|uv_cache/.test(path))).toEqual([]);
    expect(notes).toEqual([]);
    const names = ['mine', 'flatpkg', 'ns.part', 'single', 'hatched'];
    expect(importedFrom(roots, names)).toEqual([['mine', 0], ['flatpkg', 4], ['ns.part', 2], ['single', 2], ['hatched', 3]]);
  });

  test.each([['the image has the packages', false], ['the packages ship', true]])('on the cluster their version is known; %s', (_, ships) => {
    const mine = project('editable-one', { 'one_module.py': '' }, '[project.entry-points.plugins]\none = "one_module:x"\n');
    const environment = uvEnvironment(['-e', mine]);
    const packages = ships ? { environment, arch: 'x86_64' as const } : undefined;
    const { roots } = pythonRoots({ interpreter: join(environment, 'bin', 'python'), workspace: { path: tree({ 'job.py': '' }) }, packages });
    const program = 'import sys; sys.path[:0] = sys.argv[1:]; from importlib.metadata import version, entry_points; import one_module; '
      + 'print(version("editable-one"), [one.value for one in entry_points(group="plugins")])';
    const directories = onCluster(roots);
    expect(run(tools.python, ['-I', '-S', '-c', program, ...directories]).trim()).toBe("1.2 ['one_module:x']");
    const found = spawnSync('grep', ['-rl', '-e', mine, '-e', environment, ...directories], { encoding: 'utf8' });
    expect([found.status, found.stdout]).toEqual([1, '']); // no file that names a directory of this machine
  });

  test('pip: a namespace behind a finder, and the workspace itself', () => {
    const workspace = project('both', { 'ns/part/__init__.py': '', 'ns/bare/x.py': '', 'job.py': '' }, '[tool.setuptools]\npackages = ["ns.part"]\n');
    const environment = join(temporaryDirectory(), 'env');
    run(tools.python, ['-m', 'venv', '--without-pip', environment]);
    run(tools.python, ['-m', 'pip', '--python', join(environment, 'bin', 'python'), 'install', '--quiet', '--no-deps', '--no-build-isolation', '-e', workspace],
      { PYTHONPATH: join(tools.python, '../../lib', pythonDirectory(), 'site-packages') });
    const { roots } = scan(environment, workspace);
    const own = roots.filter(({ path }) => path === workspace);
    expect(own.map(modules)).toEqual([['job.py', 'ns', 'pyproject.toml']]);
  });

  test('a directory inside the workspace ships once, as its own root', () => {
    const workspace = project('inner', { 'src/inner/__init__.py': '', 'job.py': '', 'libs/flat/flatpkg/__init__.py': '', 'libs/flat/notes.txt': '' });
    const environment = uvEnvironment(['-e', workspace]);
    const { roots, notes } = scan(environment, workspace);
    const own = roots.filter(({ kind }) => kind === 'workspace');
    expect(own.map(shipped)).toEqual([['job.py', 'libs/flat/flatpkg/__init__.py', 'libs/flat/notes.txt', 'pyproject.toml'], ['inner/__init__.py']]);
    expect(reasons(notes, join(workspace, 'src'))).toEqual([`ships as a root of its own, so ${workspace} goes without it`]);
  });

  test('a module of another name than its directory is told, since no path can offer it', () => {
    const renamed = project('renamed', { 'lib/__init__.py': '' }, '[tool.setuptools]\npackages = ["other"]\npackage-dir = {other = "lib"}\n');
    const { roots, notes } = scan(uvEnvironment(['-e', renamed]));
    expect(roots.map(({ kind }) => kind)).toEqual(['workspace', 'site-packages']);
    expect(reasons(notes, join(renamed, 'lib'))[0]).toMatch(/imports it as other/);
  });

  test('several in one directory, inside the workspace, with quotes in its name: what is meant ships once', () => {
    const quoted = 'it\'s "q"';
    const files = ['one/__init__.py', 'two.py', 'three/__init__.py', 'four.py', 'notes.txt'];
    const workspace = tree({ 'job.py': '', ...Object.fromEntries(files.map((file) => [`${quoted}/${file}`, ''])) });
    const finder = (...names: string[]) =>
      `MAPPING: dict[str, str] = {${names.map((name) => `'${name}': '${workspace}/it\\'s "q"/${name}'`).join(', ')}}\nNAMESPACES = {'x': ['/y']}\n`;
    const sites = [
      tree({ '__editable___a_1_finder.py': finder('one', 'two'), '__editable___b_1_finder.py': finder('three') }, join(temporaryDirectory(), 'site-packages')),
      tree({ '__editable___c_1_finder.py': finder('four') }, join(temporaryDirectory(), 'site-packages')),
    ];
    const { roots } = scanPythonPath({ interpreter: pythonThatSays({ path: sites }), workspace: { path: workspace } });
    expect(roots.map(shipped)).toEqual([[`${quoted}/notes.txt`, 'job.py'], [], [], ['four.py', 'one/__init__.py', 'three/__init__.py', 'two.py']]);
  });

  test('a hook that is not understood is told, and a link of old is followed', () => {
    const environment = uvEnvironment([]);
    const site = join(environment, 'lib', pythonDirectory(), 'site-packages');
    const [hooked, old] = [tree({ 'src/h.py': '' }), tree({ 'old.py': '' })];
    tree({
      'hooked-1.dist-info/METADATA': 'Name: hooked\nVersion: 1\n',
      'hooked-1.dist-info/direct_url.json': JSON.stringify({ url: `file://${hooked}`, dir_info: { editable: true } }),
      'old.egg-link': `${old}\n.`,
      'easy-install.pth': `${old}\n`,
    }, site);
    const { roots, notes } = scan(environment);
    expect(roots.map(({ kind, path }) => [kind, path])).toContainEqual(['workspace', old]);
    expect(reasons(notes, hooked)[0]).toMatch(/editable install of hooked/);
    expect(reasons(scan(environment, hooked).notes, hooked)).toEqual(reasons(notes, hooked)); // src/ would still be missing
  });
});

test.each<[string, RegExp | undefined]>([
  ['x86_64-unknown-linux-gnu', undefined],
  ['aarch64-unknown-linux-gnu', /: 1 of what .* linux x86_64: MarkupSafe 3\.0\.2 \(cp311-cp311-manylinux_2_17_aarch64\)$/],
  ['aarch64-apple-darwin', /: MarkupSafe 3\.0\.2 \(cp311-cp311-macosx_11_0_arm64\)$/],
  ['x86_64-pc-windows-msvc', /: MarkupSafe 3\.0\.2 \(cp311-cp311-win_amd64\)$/],
])('packages installed for %s', (system, refused) => {
  const target = join(temporaryDirectory(), 'packages');
  const options = ['--quiet', '--no-config', '--only-binary', ':all:', '--python-platform', system, '--python-version', '3.11', '--target', target];
  run(tools.uv, ['pip', 'install', ...options, '--python', tools.python, 'markupsafe==3.0.2'], { UV_CACHE_DIR: caches });
  const root = (): string[] => packageRoot({ path: target, pythonVersion: '3.11', arch: 'x86_64' }).roots.flatMap(shipped);
  if (refused) {
    expect(root).toThrow(expect.objectContaining({ code: 'WRONG_PLATFORM', message: expect.stringMatching(refused) }));
  } else {
    expect(root()).toContain('markupsafe/_speedups.cpython-311-x86_64-linux-gnu.so');
  }
});

describe('other entries', () => {
  test('PYTHONPATH: links, archives, what is missing and the workspace again', () => {
    const environment = uvEnvironment([]);
    const workspace = tree({ 'mine.py': '' });
    const [other, link, archive] = [tree({ 'theirs.py': '' }), join(temporaryDirectory(), 'link'), join(tree({ 'lib.zip': 'PK' }), 'lib.zip')];
    symlinkSync(other, link);
    process.env.PYTHONPATH = [other, link, archive, '/no/such/place', workspace, join(environment, 'lib64', pythonDirectory(), 'site-packages')].join(':');
    const { roots, notes } = scan(environment, workspace);
    expect(roots.map(({ kind, path }) => [kind, path]).slice(0, 2)).toEqual([['workspace', workspace], ['other', other]]);
    expect(roots.map(({ kind }) => kind)).toEqual(['workspace', 'other', 'site-packages']);
    expect([link, archive, '/no/such/place'].map((path) => reasons(notes, path))).toEqual([
      [`the same directory as ${other}`], ['an archive, not a directory: install what is in it'], ['not there'],
    ]);
  });

  test('a package that is on the path by itself too stays in both', () => {
    const environment = uvEnvironment([]);
    const workspace = tree({ 'pkg/__init__.py': '', 'pkg/sub/__init__.py': '' });
    process.env.PYTHONPATH = join(workspace, 'pkg');
    const own = scan(environment, workspace).roots.filter(({ kind }) => kind === 'workspace');
    expect(own.map(shipped)).toEqual([['pkg/__init__.py', 'pkg/sub/__init__.py'], ['__init__.py', 'sub/__init__.py']]);
  });

  test('a stray module of the current directory is not run', () => {
    const here = process.cwd();
    const environment = uvEnvironment([]);
    process.chdir(tree({ 'json.py': 'raise SystemExit("run")' }));
    try {
      expect(scan(environment).roots.length).toBe(2);
    } finally {
      process.chdir(here);
    }
  });

  test('a workspace inside another root ships once', () => {
    const outer = tree({ 'theirs.py': '', 'apps/mine/job.py': '', 'apps/other.py': '' });
    const workspace = join(outer, 'apps', 'mine');
    const { roots, notes } = scanPythonPath({ interpreter: pythonThatSays({ path: [outer] }), workspace: { path: workspace } });
    expect(roots.map((root) => [root.kind, shipped(root)])).toEqual([['workspace', ['job.py']], ['other', ['apps/other.py', 'theirs.py']]]);
    expect(notes).toEqual([{ path: workspace, reason: `ships as a root of its own, so ${outer} goes without it` }]);
  });

  test('a directory with any name is left to its own root, and nothing else is', () => {
    const name = fc.string({ minLength: 1, maxLength: 5, unit: fc.constantFrom('a', 'b', '[', ']', '*', '?', '!', '#', ' ', '.', '-', '~', 'ä') }).filter((text) => !/^\.+$/.test(text));
    fc.assert(fc.property(name, fc.uniqueArray(name, { maxLength: 4 }), (inner, others) => {
      const siblings = others.filter((other) => other !== inner);
      const workspace = tree({ 'a.py.x': '', ...Object.fromEntries([inner, ...siblings].map((directory) => [`${directory}/m.py`, ''])) });
      const { roots } = scanPythonPath({ interpreter: pythonThatSays({ path: [join(workspace, inner)] }), workspace: { path: workspace } });
      expect(roots.map(shipped)).toEqual([['a.py.x', ...siblings.map((directory) => `${directory}/m.py`)].sort(), ['m.py']]);
    }), { numRuns: 60, seed: 4 });
  });

  test('a home directory on the path is still refused', () => {
    process.env.PYTHONPATH = tree({ '.ssh/known_hosts': '' });
    const { roots } = scan(uvEnvironment([]));
    expect(() => planBundle({ roots, cacheDirectory: temporaryDirectory() })).toThrow(/is a home directory/);
  });
});

describe('interpreters that are no use', () => {
  const failing = (script: string, mode = 0o755) => {
    const path = join(tree({ python: `#!/bin/sh\n${script}\n` }), 'python');
    chmodSync(path, mode);
    return path;
  };

  test.each<[string, () => string, string, RegExp]>([
    ['missing', () => '/no/such/python', 'PYTHON_MISSING', /^\/no\/such\/python: no such interpreter/],
    ['not executable', () => failing('', 0o644), 'PYTHON_MISSING', /python: not an executable/],
    ['broken', () => failing('echo first >&2; echo "no module named encodings" >&2; exit 3'), 'PYTHON_FAILED', /python failed \(exit code 3\): no module named encodings$/],
    ['another program', () => failing('echo hello'), 'PYTHON_FAILED', /printed "hello", expected its paths as JSON/],
  ])('%s', (_, interpreter, code, message) => {
    expect(() => scanPythonPath({ interpreter: interpreter(), workspace: { path: tree({}) } }))
      .toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });
});

/** An interpreter that claims a layout. */
function pythonThatSays(facts: Partial<InterpreterFacts>): string {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'bin'));
  const path = join(directory, 'bin', 'python');
  writeFileSync(join(directory, 'facts.json'), JSON.stringify({
    executable: path, prefix: directory, version: '3.11.7', platform: 'linux-x86_64', abi: '', standardLibrary: [], sitePackages: [], ...facts,
  }));
  writeFileSync(path, `#!/bin/sh\ncat ${join(directory, 'facts.json')}\n`, { mode: 0o755 });
  return path;
}

/** What a Python imports that has nothing but what ships, and the position of the root that each is from. */
function importedFrom(roots: readonly RootSource[], names: string[]): [string, number][] {
  const directories = onCluster(roots);
  const program = 'import sys, json, importlib; n = json.loads(sys.argv[1]); sys.path[:0] = sys.argv[2:]; print("\\n".join(importlib.import_module(m).__file__ for m in n))';
  const files = run(tools.python, ['-I', '-S', '-c', program, JSON.stringify(names), ...directories]).trim().split('\n');
  return names.map((name, position) => [name, directories.findIndex((directory) => files[position].startsWith(`${directory}/`))]);
}

/** The directories that the cluster makes of roots. */
function onCluster(roots: readonly RootSource[]): string[] {
  const cluster = temporaryDirectory();
  return roots.map((root, position) => {
    const target = join(cluster, String(position));
    mkdirSync(target);
    shipped(root).forEach((path) => cpSync(join(resolveRoot(root), path), join(target, path)));
    return target;
  });
}

let known: string | undefined;

/** Such as `python3.11`. */
function pythonDirectory(): string {
  known ??= `python${run(tools.python, ['-c', 'import sys; print("%d.%d" % sys.version_info[:2])']).trim()}`;
  return known;
}
