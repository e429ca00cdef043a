import { execFileSync } from 'child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { planBundle } from '../../src/bundler/plan';
import { publishSingle } from '../../src/bundler/publish-single';
import { rayUris } from '../../src/bundler/ray-uri';
import { singleKey } from '../../src/bundler/store';
import { LocalStore } from '../../src/bundler/stores/local';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { managedEnvironment } from '../../src/submitter/local/managed-environment';
import { temporaryDirectory, tree } from '../temporary-directory';

/** A real Ray, which fetches the zips itself. */
jest.setTimeout(180_000);

const RUN = `
import json, os, sys
import ray

uris, stripped = json.loads(sys.argv[1]), sys.argv[2]
ray.init(num_cpus=1, include_dashboard=False, log_to_driver=False, logging_level="ERROR", _temp_dir=sys.argv[3])

@ray.remote
def imported():
    import other_module, which
    from only_directory import value
    root = os.path.dirname(os.path.dirname(value.__file__))
    return [value.X, other_module.Y, which.W, os.access(os.path.join(root, "only_directory", "run.sh"), os.X_OK)]

@ray.remote
def in_working_directory():
    import which
    from only_directory import value
    return [value.X, which.W, sorted(os.listdir("."))]

@ray.remote
def without_marker():
    try:
        import only_directory
    except ImportError as error:
        return str(error)

print(json.dumps([
    ray.get(imported.options(runtime_env={"py_modules": uris}).remote()),
    ray.get(in_working_directory.options(runtime_env={"working_dir": uris[0], "py_modules": uris[:0:-1]}).remote()),
    ray.get(without_marker.options(runtime_env={"py_modules": [stripped]}).remote()),
]))
`;

test('Ray runs tasks with published zips, also of a root with one directory only, which it would strip without the marker', async () => {
  const { python } = await managedEnvironment(findInterpreter(), 'requirements.lock', () => undefined);
  const only = tree({ 'only_directory/__init__.py': '', 'only_directory/value.py': 'X = 42\n', 'only_directory/run.sh': '#!/bin/sh\n' });
  chmodSync(join(only, 'only_directory/run.sh'), 0o755);
  const plan = planBundle({
    roots: [
      { kind: 'workspace', path: only },
      { kind: 'other', path: tree({ 'other_module.py': 'Y = 43\n', 'which.py': 'W = "first"\n' }) },
      { kind: 'other', path: tree({ 'which.py': 'W = "second"\n' }) },
    ],
    cacheDirectory: temporaryDirectory(),
  });
  const path = join(temporaryDirectory(), 'a store');
  const store = new LocalStore(path);
  await publishSingle(plan, store);

  const sessions = mkdtempSync(join(tmpdir(), 'ray-')); // a short path: sockets are in it
  try {
    const stripped = withoutMarker(join(path, singleKey(plan.roots[0].digest)));
    const output = execFileSync(python, ['-c', RUN, JSON.stringify(rayUris(plan, store)), stripped, sessions], {
      encoding: 'utf8', env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0' }, cwd: temporaryDirectory(), stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(JSON.parse(output.trim().split('\n').pop()!)).toEqual([
      [42, 43, 'first', true],
      [42, 'second', ['.bundle-root', 'only_directory']],
      "No module named 'only_directory'",
    ]);
  } finally {
    rmSync(sessions, { recursive: true, force: true });
  }
});

/** What a zip without the marker would do: if Ray stops stripping, this tells, and the marker can go. */
function withoutMarker(path: string): string {
  const other = `${path.slice(0, -4)}-bare.zip`;
  const program = 'import sys, zipfile; one = zipfile.ZipFile(sys.argv[1]); other = zipfile.ZipFile(sys.argv[2], "w"); '
    + '[other.writestr(i, one.read(i)) for i in one.infolist() if i.filename != ".bundle-root"]; other.close()';
  writeFileSync(other, '');
  execFileSync('python3', ['-c', program, path, other]);
  return new URL(`file://${other}`).href;
}
