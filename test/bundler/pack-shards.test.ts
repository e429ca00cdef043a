import { readFileSync, truncateSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { packShards } from '../../src/bundler/pack-shards';
import { PlacedShard, planBundle } from '../../src/bundler/plan';
import { NewObject } from '../../src/bundler/store';
import { temporaryDirectory, tree } from '../temporary-directory';

const LARGE = 70 * 2 ** 20;

function shardsOf(...roots: string[]): PlacedShard[] {
  const plan = planBundle({ roots: roots.map((path) => ({ kind: 'other', path })), cacheDirectory: temporaryDirectory() });
  return plan.roots.flatMap((root) => root.shards.map((shard) => ({ root, shard })));
}

async function packed(shards: PlacedShard[], threads: number): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  await packShards(shards, { level: 1, threads }, async ({ shard }, { sha256, bytes, body }: NewObject) => {
    const held = typeof body === 'string' ? readFileSync(body) : body;
    expect(held.length).toBe(bytes);
    found[shard.key] = sha256;
  });
  return found;
}

test('threads make the same zips, also of a file too large for memory', async () => {
  const large = tree({ 'large.bin': Buffer.alloc(LARGE, 'large ') });
  const shards = shardsOf(tree({ 'a.py': 'x = 1\n' }), tree({ 'b.py': 'y = 2\n' }), large);
  const inline = await packed(shards, 1);
  expect(Object.keys(inline)).toHaveLength(3);
  expect(await packed(shards, 2)).toEqual(inline);
}, 120_000);

test.each([1, 2])('a file that changed stops all, with its name (%i threads)', async (threads) => {
  const roots = [tree({ 'a.py': 'x = 1\n' }), tree({ 'b.py': 'y = 2\n' })];
  const shards = shardsOf(...roots);
  writeFileSync(join(roots[1], 'b.py'), 'y = 3\n');
  await expect(packed(shards, threads)).rejects.toThrow(`${join(roots[1], 'b.py')} changed since it was hashed`);
}, 60_000);

test('a large file that shrank is not packed', async () => {
  const root = tree({ 'large.bin': Buffer.alloc(LARGE) });
  const shards = shardsOf(root);
  truncateSync(join(root, 'large.bin'), LARGE - 1);
  await expect(packed(shards, 1)).rejects.toThrow('changed since it was hashed');
}, 60_000);

test('an abort stops before the next shard', async () => {
  const controller = new AbortController();
  const stored: string[] = [];
  const pack = packShards(shardsOf(tree({ a: '1' }), tree({ b: '2' })), { level: 1, signal: controller.signal }, async ({ shard }) => {
    stored.push(shard.key);
    controller.abort();
  });
  await expect(pack).rejects.toThrow('aborted');
  expect(stored).toHaveLength(1);
});

test('a shard is packed while the one before is stored', async () => {
  const roots = [tree({ a: '1' }), tree({ b: '2' })];
  const stored: string[] = [];
  await packShards(shardsOf(...roots), { level: 1 }, async ({ shard }) => {
    await sleep(200);
    writeFileSync(join(roots[1], 'b'), '3'); // too late to matter
    stored.push(shard.files[0].path);
  });
  expect(stored).toEqual(['a', 'b']);
});
