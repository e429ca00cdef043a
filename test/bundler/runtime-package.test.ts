import { execFileSync } from 'child_process';
import { join } from 'path';
import { fileURLToPath } from 'url';
import { publishRuntime } from '../../src/bundler/runtime-package';
import { LocalStore } from '../../src/bundler/stores/local';
import { temporaryDirectory, tree } from '../temporary-directory';

const source = () => tree({ 'backfill_runtime/__init__.py': '', 'backfill_runtime/bootstrap.py': 'def hook(): return "here"\n', 'backfill_runtime/__pycache__/x.pyc': '' });

test('the zip is importable and has a second top-level entry, so that Ray does not strip the package', async () => {
  const url = await publishRuntime(source(), new LocalStore(temporaryDirectory()));
  const script = 'import sys; sys.path.insert(0, sys.argv[1]); import backfill_runtime.bootstrap as b, zipfile; print(b.hook(), sorted({n.split("/")[0] for n in zipfile.ZipFile(sys.argv[1]).namelist()}))';
  expect(execFileSync('python3', ['-c', script, fileURLToPath(url)], { encoding: 'utf8' }).trim()).toBe("here ['BACKFILL_RUNTIME', 'backfill_runtime']");
});

test('the same runtime has the same URL, another one another', async () => {
  const store = new LocalStore(join(temporaryDirectory(), 'store'));
  const first = await publishRuntime(source(), store);
  expect(await publishRuntime(source(), store)).toBe(first);
  expect(await publishRuntime(tree({ 'backfill_runtime/__init__.py': 'VERSION = 2\n' }), store)).not.toBe(first);
});
