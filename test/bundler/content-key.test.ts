import * as fc from 'fast-check';
import { bundleDigest, contentKey, sortedByPath } from '../../src/bundler/content-key';

const file = fc.record({ path: fc.string({ minLength: 1, unit: 'binary' }), executable: fc.boolean(), sha256: fc.stringMatching(/^[0-9a-f]{64}$/) });

test('the key of a list of files is a fixed function of path, x-bit and content', () => {
  const key = contentKey([{ path: 'a.py', executable: false, sha256: 'f'.repeat(64) }, { path: 'bin/run', executable: true, sha256: '0'.repeat(64) }]);
  expect(key).toBe('4f2f88bff402cc833b7d513e66028eeef6cdd11346d8ebaa26aa95f4beb66f97'); // computed with Python's hashlib
});

test('paths are ordered by their UTF-8 bytes, as any language can', () => {
  fc.assert(fc.property(fc.array(file), (files) => {
    const sorted = sortedByPath(files).map(({ path }) => Buffer.from(path));
    for (let index = 1; index < sorted.length; index++) {
      expect(Buffer.compare(sorted[index - 1], sorted[index])).toBeLessThanOrEqual(0);
    }
  }));
});

test('any single change changes the key', () => {
  fc.assert(fc.property(fc.array(file, { minLength: 1 }), fc.nat(), fc.constantFrom('path', 'executable', 'sha256', 'gone'), (files, at, what) => {
    const index = at % files.length;
    const changed = files.flatMap((entry, position) => {
      if (position !== index) { return [entry]; }
      switch (what) {
        case 'path': return [{ ...entry, path: `${entry.path}x` }];
        case 'executable': return [{ ...entry, executable: !entry.executable }];
        case 'sha256': return [{ ...entry, sha256: entry.sha256.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }];
        default: return [];
      }
    });
    expect(contentKey(changed)).not.toBe(contentKey(files));
  }));
});

test('the order and the kinds of roots are part of the bundle', () => {
  const [a, b] = [{ kind: 'workspace', digest: 'a'.repeat(64) }, { kind: 'other', digest: 'b'.repeat(64) }];
  expect(bundleDigest([a, b])).not.toBe(bundleDigest([b, a]));
  expect(bundleDigest([a])).not.toBe(bundleDigest([{ ...a, kind: 'other' }]));
});
