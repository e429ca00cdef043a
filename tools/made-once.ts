import { createHash } from 'crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join, relative } from 'path';
import { cacheDirectory } from '../src/bundler/cache-directory';
import { withLock } from '../src/submitter/file-lock';

const CHECKSUMS = 'checksums.json';

/** What is made once, from source, and kept in the cache of the user. */
export interface MadeOnce {
  /** Its folder in the cache. */
  readonly name: string;
  /** What people call it. */
  readonly what: string;
  /** Changes with all that it is made from: see {@link keyOf}. */
  readonly key: string;
  /** Makes what belongs into an empty folder. */
  readonly fill: (folder: string) => Promise<void>;
}

/**
 * The folder of what is made once, and checked at each use: a file that is not what was made is made again.
 *
 * @param onMake called before it is made
 */
export async function madeOnce(thing: MadeOnce, onMake: (why: string) => void): Promise<string> {
  const { what, fill } = thing;
  const folder = folderOf(thing);
  mkdirSync(dirname(folder), { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    const damaged = existsSync(folder) ? await damagedFile(folder) : undefined;
    if (existsSync(folder) && !damaged) { return; }
    onMake(damaged ? `${damaged} is not what was made; making ${what} again` : `making ${what}, once, from source: some minutes`);
    rmSync(folder, { recursive: true, force: true });
    const making = `${folder}.making`;
    rmSync(making, { recursive: true, force: true });
    await fill(making);
    writeFileSync(join(making, CHECKSUMS), JSON.stringify(await checksums(making), null, 2));
    renameSync(making, folder); // a half-made one never has the name
  });
  return folder;
}

/** Whether it is there, so that who has no time to make it can leave it out. */
export function isMade(thing: MadeOnce): boolean {
  return existsSync(folderOf(thing));
}

/** A key by content, for this platform. */
export function keyOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch} `);
  parts.forEach((part) => hash.update(part));
  return hash.digest('hex').slice(0, 16);
}

function folderOf({ name, key }: MadeOnce): string {
  return join(cacheDirectory(), name, key);
}

/** The first file that is missing or not what was made. */
async function damagedFile(folder: string): Promise<string | undefined> {
  let expected: Record<string, string>;
  try {
    expected = JSON.parse(readFileSync(join(folder, CHECKSUMS), 'utf8'));
  } catch {
    return join(folder, CHECKSUMS);
  }
  const found = await checksums(folder);
  const name = Object.keys(expected).find((file) => found[file] !== expected[file]);
  return name && join(folder, name);
}

async function checksums(folder: string): Promise<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== CHECKSUMS);
  const sums: Record<string, string> = {};
  for (const entry of files) {
    const path = join(entry.parentPath, entry.name);
    sums[relative(folder, path)] = await sha256(path);
  }
  return sums;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1_048_576 })) { hash.update(chunk as Buffer); }
  return hash.digest('hex');
}
