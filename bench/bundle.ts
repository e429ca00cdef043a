import { execFileSync, spawnSync } from 'child_process';
import { appendFileSync, cpSync, lstatSync, mkdtempSync, rmSync, truncateSync } from 'fs';
import { join } from 'path';
import { bundleOnce, Once } from './bundle-once';
import { Comparison, Figure, seconds } from './figure';
import { generatedTree, INSTALLED } from './generated-tree';
import { installedPackages } from './installed-packages';
import { MEMORY_DISK } from './memory-disk';
import { archiverZip, bareWalk } from './node-peers';
import { pythonZip, rayPackage } from './python-peers';
import { RootKind } from '../src/bundler/root-source';
import { findInterpreter } from '../src/submitter/local/interpreter';
import { ManagedEnvironment, managedEnvironment } from '../src/submitter/local/managed-environment';

const NOTE = `page cache warm, output to ${MEMORY_DISK}, start of the interpreters not counted`;

interface Subject {
  readonly name: string;
  readonly kind: RootKind;
  readonly path: string;
  readonly runs: number;
  /** A small file to edit. */
  readonly edit: string;
}

/** A directory to work in, and one bundle at a time in a process of its own. */
class Bench {
  private readonly folder = mkdtempSync(join(MEMORY_DISK, 'geneva-bench-'));

  constructor(private readonly subject: Subject) {
    process.on('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  public bundle(path = this.subject.path, cache = 'cache'): Once {
    return bundleOnce(this.subject.kind, path, this.at(cache), this.at('store'));
  }

  public cold(): Once {
    rmSync(this.at('cache'), { recursive: true, force: true });
    rmSync(this.at('store'), { recursive: true, force: true });
    return this.bundle();
  }

  public at(name: string): string {
    return join(this.folder, name);
  }
}

/** Bundling against its peers on the same directories. */
export async function bundleComparisons(): Promise<Comparison[]> {
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', (text) => process.stderr.write(`${text}\n`));
  return subjects(environment).flatMap((subject) => {
    const bench = new Bench(subject);
    const { name, path, runs } = subject;
    return [
      { bench: `bundle.cold.${name}`, peer: 'python zipfile level 1', goal: 0.5, runs, note: NOTE, ours: () => bench.cold().seconds, theirs: () => pythonZip(path, bench.at('peer.zip')) },
      { bench: `bundle.warm.${name}`, peer: 'recursive readdir and lstat', goal: 1.5, runs: runs + 4, note: 'synth: nothing changed', ours: () => bench.bundle().planSeconds, theirs: () => bareWalk(path) },
      ...zipPeer(subject, bench),
      { bench: `bundle.cold.${name}.archiver`, peer: 'archiver level 1', runs, note: NOTE, ours: () => bench.cold().seconds, theirs: () => archiverZip(path, bench.at('archiver.zip')) },
      { bench: `bundle.cold.${name}.ray`, peer: 'Ray runtime_env packaging, its size limit lifted', runs, note: `${NOTE}; Ray stores without compressing and does not upload`, ours: () => bench.cold().seconds, theirs: () => rayPackage(environment.python, path, bench.at('ray.zip')) },
    ];
  });
}

/** Figures that are no times: what an edit ships, what a clone ships, and peak memory. */
export async function bundleFigures(): Promise<Figure[]> {
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', (text) => process.stderr.write(`${text}\n`));
  return subjects(environment).filter(({ name }) => name !== 'quickstart').flatMap((subject) => { // a shard is all of that one
    const bench = new Bench(subject);
    const first = bench.cold();
    const edited = shippedAfterEdit(subject, bench);
    const clone = bench.at('clone');
    cpSync(subject.path, clone, { recursive: true });
    const cloned = bench.bundle(clone, 'other-cache').shippedBytes;
    return [
      figure(`bundle.edit.${subject.name}`, edited, 'the whole bundle', first.shippedBytes, 'B', 0.015, 'zip bytes that one edited small file ships'),
      figure(`bundle.clone.${subject.name}`, cloned, 'the whole bundle', first.shippedBytes, 'B', 0, 'zip bytes that a fresh clone ships'),
      figure(`bundle.memory.${subject.name}`, first.peakBytes, '512 MiB', 512 * 2 ** 20, 'B', 1, 'peak of the whole process, cold'),
    ];
  });
}

function subjects(environment: ManagedEnvironment): Subject[] {
  return [
    { name: 'quickstart', kind: 'workspace', path: join(__dirname, '..', 'examples', 'quickstart', 'workspace'), runs: 5, edit: 'features/text.py' },
    { name: 'site-packages', kind: 'site-packages', path: installedPackages(environment), runs: 3, edit: 'six.py' },
    { name: 'generated', kind: 'site-packages', path: generatedTree(INSTALLED), runs: 3, edit: 'package7/sub0/module7.py' },
  ];
}

function zipPeer({ name, path, runs }: Subject, bench: Bench): Comparison[] {
  if (spawnSync('zip', ['-v']).error) {
    process.stderr.write('zip is not installed: its figure is left out\n');
    return [];
  }
  const theirs = () => seconds(() => {
    rmSync(bench.at('zip.zip'), { force: true });
    execFileSync('zip', ['-r', '-1', '-q', bench.at('zip.zip'), '.', '-x', '*__pycache__*'], { cwd: path });
  });
  return [{ bench: `bundle.cold.${name}.zip`, peer: 'zip -r -1', runs, note: NOTE, ours: () => bench.cold().seconds, theirs }];
}

function shippedAfterEdit(subject: Subject, bench: Bench): number {
  const path = join(subject.path, subject.edit);
  const { size } = lstatSync(path);
  appendFileSync(path, '\n# edited\n');
  try {
    return bench.bundle().shippedBytes;
  } finally {
    truncateSync(path, size);
  }
}

function figure(bench: string, ours: number, peer: string, peerValue: number, unit: string, goal: number, note: string): Figure {
  const ratio = Number((ours / peerValue).toPrecision(3));
  return { bench, ours, peer, peerValue, unit, ratio, goal: `<= ${goal}`, met: ratio <= goal, runs: 1, note };
}
