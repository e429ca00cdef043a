import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { BundleError } from './bundle-error';
import { JoinedZip } from './join-zips';
import { PackOptions, packShards } from './pack-shards';
import { PlannedRoot } from './plan';
import { Shard } from './shards';
import { NewObject } from './store';
import { zip } from './zip';

/** Ray strips a lone top-level directory from an archive that it fetches; a file beside the directory prevents that. */
const MARKER = { path: '.bundle-root', executable: false, bytes: Buffer.from('Keeps Ray from stripping a directory that is alone beside this file.\n') };

/**
 * Makes one zip of a root, as Ray unpacks it, and hands it to `store`. Memory is bounded by the shards that are packed at a time; the rest is on the disk.
 *
 * @throws BundleError NAME_REFUSED, FILE_CHANGED or UNREADABLE, or whatever `store` throws
 */
export async function packSingle<T>(
  root: PlannedRoot, options: PackOptions, onShard: (shard: Shard) => void, store: (packed: NewObject) => Promise<T>,
): Promise<T> {
  checkNames(root);
  const directory = mkdtempSync(join(tmpdir(), 'geneva-single-'));
  try {
    const parts = join(directory, 'parts-');
    await packShards(root.shards.map((shard) => ({ root, shard })), options, async ({ shard }, { body }) => {
      if (typeof body === 'string') { renameSync(body, parts + shard.key); } else { writeFileSync(parts + shard.key, body); }
      onShard(shard);
    });
    const paths = root.shards.map(({ key }) => parts + key);
    return await store(joined(root, paths, join(directory, 'single.zip'), options.signal));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The shards in their order, whichever was packed first: the same files make the same bytes. */
function joined(root: PlannedRoot, parts: readonly string[], path: string, signal?: AbortSignal): NewObject {
  const marker = `${path}.marker`;
  writeFileSync(marker, zip(hasMarker(root) ? [] : [MARKER]));
  const output = openSync(path, 'wx', 0o600);
  try {
    const whole = new JoinedZip(output);
    for (const part of [marker, ...parts]) {
      signal?.throwIfAborted();
      whole.add(part);
      rmSync(part);
    }
    return { body: path, ...whole.end() };
  } finally {
    closeSync(output);
  }
}

function hasMarker(root: PlannedRoot): boolean {
  return root.shards.some(({ files }) => files.some(({ path }) => path === MARKER.path));
}

/** Ray takes `c:x` for a Windows drive and leaves it out with a warning in a log that nobody reads. */
function checkNames({ directory, shards }: PlannedRoot): void {
  const refused = shards.flatMap(({ files }) => files).find(({ path }) => /^.:/su.test(path));
  if (!refused) { return; }
  throw new BundleError('NAME_REFUSED', `${directory}/${refused.path}: Ray takes the name for one with a Windows drive and would not unpack it`,
    'rename or exclude it, or publish in shards');
}
