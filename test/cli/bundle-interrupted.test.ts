import { spawn } from 'child_process';
import { randomBytes } from 'crypto';
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { sha256 } from '../../src/bundler/content-key';
import { parseManifest } from '../../src/bundler/manifest';
import { temporaryDirectory, tree } from '../temporary-directory';

jest.setTimeout(120_000);

const MEGABYTES = 12;

/** Several shards' worth of what does not compress: long enough to be interrupted in. */
const root = tree(Object.fromEntries(Array.from({ length: 12 }, (_, index) => [`f${index}.bin`, randomBytes(MEGABYTES * 2 ** 20)])));

async function bundle(store: string, whenFirst: (kill: (signal: NodeJS.Signals) => void) => void): Promise<number | null> {
  const args = ['bundle', '--root', `other=${root}`, '--store', `file://${store}/`, '--publish'];
  const child = spawn(process.execPath, [join(__dirname, '..', '..', 'lib', 'cli', 'main.js'), ...args], { stdio: 'ignore' });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  while (child.exitCode === null && child.signalCode === null && objects(store, 'shards').length === 0) { await sleep(5); }
  whenFirst((signal) => child.kill(signal));
  return ended;
}

function objects(store: string, folder: string): string[] {
  return existsSync(join(store, folder)) ? readdirSync(join(store, folder)).filter((name) => !name.startsWith('.')) : [];
}

/** Every object that the manifest names is there, byte for byte. */
function isWhole(store: string): boolean {
  const [name] = objects(store, 'manifests');
  const manifest = parseManifest(readFileSync(join(store, 'manifests', name)), name);
  return manifest.roots.flatMap(({ shards }) => shards).every(({ key, zipSha256 }) => sha256(readFileSync(join(store, 'shards', `${key}.zip`))) === zipSha256);
}

test('Ctrl-C stops at once and leaves no half-written file; the next publish goes on from there', async () => {
  const store = join(temporaryDirectory(), 'store');
  const startedAt = { at: 0 };
  const code = await bundle(store, (kill) => { startedAt.at = Date.now(); kill('SIGINT'); });
  expect(code).toBe(130);
  expect(Date.now() - startedAt.at).toBeLessThan(5_000);
  expect(readdirSync(join(store, 'shards')).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(objects(store, 'manifests')).toEqual([]);
  expect(await bundle(store, () => undefined)).toBe(0);
  expect(isWhole(store)).toBe(true);
});

test('killed at once, it leaves no manifest; the next publish is whole', async () => {
  const store = join(temporaryDirectory(), 'store');
  await bundle(store, (kill) => kill('SIGKILL'));
  expect(objects(store, 'manifests')).toEqual([]);
  expect(await bundle(store, () => undefined)).toBe(0);
  expect(isWhole(store)).toBe(true);
});
