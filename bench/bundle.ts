import { mkdtempSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Comparison, seconds } from './figure';
import { pythonZip } from './python-zip';
import { planBundle, RootSource } from '../lib/bundler/plan';
import { publish } from '../lib/bundler/publish';
import { LocalStore } from '../lib/bundler/stores/local';
import { findInterpreter } from '../src/submitter/local/interpreter';
import { managedEnvironment } from '../src/submitter/local/managed-environment';

const PEER = 'python zipfile level 1';

/** Bundling: hash, compress and publish to a local directory, against zipping the same directory. */
export async function bundleComparisons(): Promise<Comparison[]> {
  const { directory } = await managedEnvironment(findInterpreter(), 'requirements.lock', (text) => process.stderr.write(`${text}\n`));
  const version = findInterpreter().version.split('.').slice(0, 2).join('.');
  return [
    ...pair('quickstart', { kind: 'workspace', path: join(__dirname, '..', 'examples', 'quickstart', 'workspace') }, 9),
    ...pair('site-packages', { kind: 'site-packages', path: join(directory, 'lib', `python${version}`, 'site-packages') }, 3),
  ];
}

function pair(name: string, root: RootSource, runs: number): Comparison[] {
  const folder = mkdtempSync(join(tmpdir(), 'geneva-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const theirs = () => pythonZip(root.path, join(folder, 'peer.zip'));
  const bundle = () => seconds(async () => publish(
    planBundle({ roots: [root], cacheDirectory: join(folder, 'cache') }), new LocalStore(join(folder, 'store')), { tool: 'bench' },
  ));
  const cold = async () => {
    rmSync(join(folder, 'cache'), { recursive: true, force: true });
    rmSync(join(folder, 'store'), { recursive: true, force: true });
    return bundle();
  };
  const note = 'in process, page cache warm';
  return [
    { bench: `bundle.cold.${name}`, peer: PEER, goal: name === 'quickstart' ? undefined : 0.5, runs, note, ours: cold, theirs },
    { bench: `bundle.warm.${name}`, peer: PEER, runs, note: `${note}; nothing changed since the last publish`, ours: bundle, theirs },
  ];
}
