import { appendFileSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { BundlePlan, planBundle, RootKind } from '../../src/bundler/plan';
import { publish } from '../../src/bundler/publish';
import { LocalStore } from '../../src/bundler/stores/local';
import { filesBelow } from '../files-below';
import { temporaryDirectory, tree } from '../temporary-directory';

const KEY = 'for the tests of this package\n-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJBAKj34GkxFhD9\n-----END RSA PRIVATE KEY-----\n';

/** Installed packages, one with a key among its tests. */
function packages(): string {
  return tree({ 'six.py': 'x = 1\n', 'tornado/__init__.py': '', 'tornado/fixtures/server.crt': KEY });
}

// A plan of a minute later, so that the index trusts what it has seen.
const later = Date.now() + 60_000;
beforeEach(() => { jest.spyOn(Date, 'now').mockReturnValue(later); });
afterEach(() => { jest.restoreAllMocks(); });

function plan(path: string, cacheDirectory: string, kind: RootKind = 'site-packages', onProgress?: () => void): BundlePlan {
  return planBundle({ roots: [{ kind, path }], cacheDirectory, onProgress });
}

function paths({ roots }: BundlePlan): string[] {
  return roots.flatMap(({ shards }) => shards.flatMap(({ files }) => files.map(({ path }) => path))).sort();
}

test('a package\'s private key is held back and listed, cold and warm, and a warm run reads nothing', () => {
  const [root, cache] = [packages(), temporaryDirectory()];
  const cold = plan(root, cache);
  const read = jest.fn();
  const warm = plan(root, cache, 'site-packages', read);
  expect(read).not.toHaveBeenCalled();
  for (const found of [cold, warm]) {
    expect(paths(found)).toEqual(['six.py', 'tornado/__init__.py']);
    expect([found.roots[0].files, found.heldBack]).toEqual([2, [{ path: 'tornado/fixtures/server.crt', reason: 'holds a private key' }]]);
  }
  expect(warm.digest).toBe(cold.digest);
});

test('the key is never in the store, whether it was known or just found', async () => {
  const [root, cache] = [packages(), temporaryDirectory()];
  const path = join(temporaryDirectory(), 'store');
  for (const addition of ['', 'y = 2\n']) {
    appendFileSync(join(root, 'six.py'), addition);
    await publish(plan(root, cache), new LocalStore(path), { tool: 'test 1.0.0', level: 0 });
  }
  const stored = filesBelow(path).map((file) => readFileSync(file, 'latin1')).join('');
  expect(stored).toContain('y = 2');
  expect(stored).not.toMatch(/PRIVATE KEY|server\.crt/);
});

test('a file whose key is gone ships, one that gets a key does not', () => {
  const [root, cache] = [packages(), temporaryDirectory()];
  plan(root, cache);
  writeFileSync(join(root, 'tornado/fixtures/server.crt'), 'public\n');
  appendFileSync(join(root, 'six.py'), KEY);
  const after = plan(root, cache);
  expect(paths(after)).toEqual(['tornado/__init__.py', 'tornado/fixtures/server.crt']);
  expect(after.heldBack.map(({ path }) => path)).toEqual(['six.py']);
});

test.each<RootKind>(['workspace', 'other'])('in a root of kind %s it stops the bundle, also when it was held back before as a package\'s', (kind) => {
  const [root, cache] = [packages(), temporaryDirectory()];
  plan(root, cache);
  expect(() => plan(root, cache, kind)).toThrow(expect.objectContaining({ code: 'PRIVATE_KEY', message: expect.stringContaining('server.crt holds a private key') }));
  expect(() => plan(root, temporaryDirectory(), kind)).toThrow('holds a private key');
});
