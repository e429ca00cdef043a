import { execFileSync, spawnSync } from 'child_process';
import { appendFileSync, cpSync, lstatSync, mkdtempSync, rmSync, truncateSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Comparison, Figure, seconds } from './figure';
import { generatedTree } from './generated-tree';
import { pythonZip, rayPackage } from './python-peers';
import { RootKind } from '../src/bundler/root-source';
import { findInterpreter } from '../src/submitter/local/interpreter';
import { ManagedEnvironment, managedEnvironment } from '../src/submitter/local/managed-environment';

const NOTE = 'page cache warm, start of the interpreters not counted';

interface Once {
  readonly planSeconds: number;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly shippedBytes: number;
  readonly bytes: number;
}

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
  private readonly folder = mkdtempSync(join(tmpdir(), 'geneva-bench-'));

  constructor(private readonly subject: Subject) {
    process.on('exit', () => rmSync(this.folder, { recursive: true, force: true }));
  }

  public bundle(path = this.subject.path, cache = 'cache'): Once {
    const args = ['--transpile-only', '--project', 'bench/tsconfig.json', join(__dirname, 'bundle-once.ts')];
    const output = execFileSync('npx', ['ts-node', ...args, this.subject.kind, path, this.at(cache), this.at('store')], { cwd: join(__dirname, '..'), encoding: 'utf8' });
    return JSON.parse(output) as Once;
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
      { bench: `bundle.cold.${name}.ray`, peer: 'Ray runtime_env packaging, its size limit lifted', runs, note: `${NOTE}; Ray stores without compressing and does not upload`, ours: () => bench.cold().seconds, theirs: () => rayPackage(environment.python, path, bench.at('ray.zip')) },
    ];
  });
}

/** Figures that are no times: what an edit ships, what a clone ships, and peak memory. */
export async function bundleFigures(): Promise<Figure[]> {
  const environment = await managedEnvironment(findInterpreter(), 'requirements.lock', (text) => process.stderr.write(`${text}\n`));
  return subjects(environment).flatMap((subject) => {
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

function subjects({ directory }: ManagedEnvironment): Subject[] {
  const python = `python${findInterpreter().version.split('.').slice(0, 2).join('.')}`;
  return [
    { name: 'quickstart', kind: 'workspace', path: join(__dirname, '..', 'examples', 'quickstart', 'workspace'), runs: 5, edit: 'features/text.py' },
    { name: 'site-packages', kind: 'site-packages', path: join(directory, 'lib', python, 'site-packages'), runs: 3, edit: 'six.py' },
    { name: 'generated', kind: 'site-packages', path: generatedTree(), runs: 3, edit: 'package7/sub0/module7.py' },
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

/** In a process of its own, as ours is: the first walk of a process is slower than the later ones. */
const BARE_WALK = `
const { readdirSync, lstatSync } = require('fs');
const walk = (folder) => readdirSync(folder, { withFileTypes: true }).forEach((entry) => {
  const path = folder + '/' + entry.name;
  if (entry.isDirectory()) { walk(path); } else { lstatSync(path); }
});
const startedAt = performance.now();
walk(process.argv[1]);
console.log((performance.now() - startedAt) / 1000);
`;

function bareWalk(directory: string): number {
  return Number(execFileSync(process.execPath, ['-e', BARE_WALK, directory], { encoding: 'utf8' }));
}

function figure(bench: string, ours: number, peer: string, peerValue: number, unit: string, goal: number, note: string): Figure {
  const ratio = Number((ours / peerValue).toPrecision(3));
  return { bench, ours, peer, peerValue, unit, ratio, goal: `<= ${goal}`, met: ratio <= goal, runs: 1, note };
}
