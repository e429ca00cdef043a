import { spawnSync } from 'child_process';
import { existsSync, readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { Manifest } from '../constructs/synthesized';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');

/** Where the examples are. */
export const EXAMPLES_FOLDER = join(REPOSITORY, 'examples');

/** Where an example keeps its data; the same on every machine, as the manifests are. */
export const DATA = '/data';

/** The examples that `cdk8s synth` takes: all folders with a `main.ts`, so that a new one can't be forgotten. */
export const EXAMPLES = readdirSync(EXAMPLES_FOLDER).filter((name) => existsSync(join(EXAMPLES_FOLDER, name, 'main.ts'))
  && existsSync(join(EXAMPLES_FOLDER, name, 'cdk8s.yaml')));

/** An example, as `cdk8s synth` wrote it. */
export interface SynthesizedExample {
  readonly directory: string;
  readonly text: string;
  readonly objects: Manifest[];
  /** What was printed to stderr: errors and advice. */
  readonly remarks: string;
}

/** Runs an example as its reader would, against the compiled package: compile first. */
export function synthExample(example: string): SynthesizedExample {
  const directory = join(temporaryDirectory(), 'dist');
  const cli = join(REPOSITORY, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  const { status, stderr } = spawnSync(process.execPath, [cli, 'synth', '--check-upgrade=false', '--output', directory], {
    cwd: join(EXAMPLES_FOLDER, example),
    env: { ...process.env, QUICKSTART_DATA: DATA, NOTEBOOK_DATA: DATA },
    encoding: 'utf8',
  });
  if (status !== 0) { throw new Error(`examples/${example} did not synthesize:\n${stderr}`); }
  const text = readFileSync(join(directory, `${example}.k8s.yaml`), 'utf8');
  return { directory, text, objects: parseAllDocuments(text).map((document) => document.toJS() as Manifest), remarks: stderr };
}
