import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { sha256 } from './content-key';
import { BundlePlan, PlannedRoot } from './plan';

/** Content hashes by path. */
export type FileHashes = Readonly<Record<string, string>>;

/** Notes what was published from a root to a store, so that a report can say what changed since. Losing it loses that and nothing else. */
export function rememberPublished(cacheDirectory: string, storeUrl: string, plan: BundlePlan): void {
  for (const root of plan.roots) {
    const path = notePath(cacheDirectory, storeUrl, root);
    const files = Object.fromEntries(root.shards.flatMap((shard) => shard.files.map((file) => [file.path, file.sha256])));
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.${process.pid}`, JSON.stringify(files), { mode: 0o600 });
      renameSync(`${path}.${process.pid}`, path);
    } catch {
      rmSync(`${path}.${process.pid}`, { force: true }); // a cache that can't be written is no reason to fail a publish
    }
  }
}

/** What was published last from a root to a store, by this user on this machine; undefined when nothing was. */
export function lastPublished(cacheDirectory: string, storeUrl: string, root: PlannedRoot): FileHashes | undefined {
  try {
    return JSON.parse(readFileSync(notePath(cacheDirectory, storeUrl, root), 'utf8')) as FileHashes;
  } catch {
    return undefined;
  }
}

function notePath(cacheDirectory: string, storeUrl: string, root: PlannedRoot): string {
  return join(cacheDirectory, 'published', `${sha256(`${storeUrl}\0${root.directory}`).slice(0, 32)}.json`);
}
