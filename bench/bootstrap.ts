import { execFileSync } from 'child_process';
import { mkdtempSync, rmSync } from 'fs';
import { join } from 'path';
import { pathToFileURL } from 'url';
import { Comparison } from './figure';
import { generatedTree } from './generated-tree';
import { MEMORY_DISK } from './memory-disk';
import { findInterpreter } from '../src/submitter/local/interpreter';
import { managedEnvironment } from '../src/submitter/local/managed-environment';

const ROOT = join(__dirname, '..');

/** A node's first worker: fetch the bundle, check it, unpack it. */
const OURS = `
import hashlib, json, sys, time
from pathlib import Path
from backfill_runtime import bootstrap
from backfill_runtime.job_spec import BundleRef
store, cache = map(Path, sys.argv[1:])
text = next((store / "manifests").iterdir()).read_bytes()
bundle = BundleRef(store.as_uri() + "/", json.loads(text)["digest"], hashlib.sha256(text).hexdigest())
start = time.perf_counter()
bootstrap.ensure_unpacked(bundle, cache)
print(time.perf_counter() - start)
`;

/** What Ray's agent does on a node for a py_modules URI of the same files. */
const THEIRS = `
import asyncio, sys, time
from pathlib import Path
from ray._private.runtime_env import packaging
store, folder = map(Path, sys.argv[1:])
uri = next((store / "single").iterdir()).as_uri()
start = time.perf_counter()
asyncio.run(packaging.download_and_unpack_package(uri, str(folder)))
print(time.perf_counter() - start)
`;

/** Making a bundle importable on a node, against Ray's own way. */
export async function bootstrapComparisons(): Promise<Comparison[]> {
  const { python } = await managedEnvironment(findInterpreter(), 'requirements.lock', (text) => process.stderr.write(`${text}\n`));
  const tree = generatedTree({ files: 30_000, bytes: 200e6, libraries: 0 });
  const folder = mkdtempSync(join(MEMORY_DISK, 'geneva-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const store = join(folder, 'store');
  const timed = (program: string): number => {
    const target = mkdtempSync(join(folder, 'node-'));
    const env = { ...process.env, PYTHONPATH: join(ROOT, 'runtime', 'src') };
    const output = execFileSync(python, ['-c', program, store, target], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    rmSync(target, { recursive: true });
    return Number(output.trim().split('\n').pop());
  };
  for (const layout of ['shards', 'single']) {
    execFileSync(process.execPath, ['lib/cli/main.js', 'bundle', '--root', `other=${tree}`, '--store', pathToFileURL(store).href, '--publish', '--layout', layout], { cwd: ROOT, stdio: 'ignore' });
  }
  return [{
    bench: 'bootstrap.fetch',
    peer: 'Ray runtime_env py_modules',
    goal: 0.5,
    runs: 5,
    note: `30,000 files, 200 MB, from a directory to a directory in ${MEMORY_DISK}; digests checked by ours only`,
    ours: () => timed(OURS),
    theirs: () => timed(THEIRS),
  }];
}
