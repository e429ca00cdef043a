/**
 * Makes the object-store servers that the tests run against, once, in the cache of the user.
 *
 *   ts-node tools/store-servers/make.ts
 */
import { execFile } from 'child_process';
import { createHash } from 'crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'fs';
import { dirname, join } from 'path';
import { promisify } from 'util';
import { cacheDirectory } from '../../src/bundler/cache-directory';
import { withLock } from '../../src/submitter/file-lock';
import { go } from '../go';

const run = promisify(execFile);
const SOURCES = ['go.mod', 'go.sum', 'make.ts', 'azurite/package.json', 'azurite/package-lock.json'];

/** How to start each server: a program and its first arguments. */
export interface StoreServers {
  readonly versitygw: readonly string[];
  readonly fakeGcs: readonly string[];
  readonly azurite: readonly string[];
}

/** The servers, made on first use (two to four minutes with two cores). */
export async function storeServers(): Promise<StoreServers> {
  const folder = join(cacheDirectory(), 'servers', digest());
  mkdirSync(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) { return; }
    const making = `${folder}.making`;
    rmSync(making, { recursive: true, force: true });
    await makeGoServers(making);
    await installAzurite(join(making, 'azurite'));
    renameSync(making, folder); // half-made servers never have the name
  });
  return {
    versitygw: [join(folder, 'versitygw')],
    fakeGcs: [join(folder, 'fake-gcs-server')],
    azurite: [process.execPath, join(folder, 'azurite', 'node_modules', 'azurite', 'dist', 'src', 'blob', 'main.js')],
  };
}

function digest(): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  SOURCES.forEach((name) => hash.update(readFileSync(join(__dirname, name))));
  return hash.digest('hex').slice(0, 16);
}

async function makeGoServers(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await go(__dirname, ['build', '-mod=readonly', '-trimpath', '-ldflags=-s -w', '-o', `${folder}/`, 'tool']);
}

async function installAzurite(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  ['package.json', 'package-lock.json'].forEach((name) => copyFileSync(join(__dirname, 'azurite', name), join(folder, name)));
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
}

if (require.main === module) {
  storeServers().then((servers) => process.stdout.write(`${JSON.stringify(servers, null, 2)}\n`), (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
