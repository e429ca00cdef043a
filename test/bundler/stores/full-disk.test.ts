import { spawnSync } from 'child_process';
import { randomBytes } from 'crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { planBundle } from '../../../src/bundler/plan';
import { publish } from '../../../src/bundler/publish';
import { LocalStore } from '../../../src/bundler/stores/local';
import { temporaryDirectory, tree } from '../../temporary-directory';

const disk = mkdtempSync(join(tmpdir(), 'geneva-disk-')); // no temporaryDirectory: that goes before the disk is unmounted
const isMounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status === 0;
const mountedTest = isMounted ? test : test.skip;
const reason = isMounted ? '' : ' (skipped: a small disk can be mounted by root only)';

afterAll(() => {
  if (isMounted) { spawnSync('umount', [disk]); }
  rmSync(disk, { recursive: true });
});

mountedTest(`a full disk stops the publish with the object's name and leaves no part of it; with room again, it is finished${reason}`, async () => {
  const store = new LocalStore(join(disk, 'store'));
  mkdirSync(join(disk, 'ballast'));
  writeFileSync(join(disk, 'ballast', 'a'), randomBytes(600_000));
  const plan = planBundle({ roots: [{ kind: 'workspace', path: tree({ 'model.bin': randomBytes(700_000) }) }], cacheDirectory: temporaryDirectory() });
  await expect(publish(plan, store, { tool: 'test' })).rejects.toMatchObject({ code: 'STORE_REFUSED', message: expect.stringContaining('ENOSPC') as string });
  expect(readdirSync(join(disk, 'store', 'shards'))).toEqual([]);
  rmSync(join(disk, 'ballast'), { recursive: true });
  expect(await publish(plan, store, { tool: 'test' })).toMatchObject({ publishedShards: 1 });
});
