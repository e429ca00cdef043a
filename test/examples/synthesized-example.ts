import { execFileSync } from 'child_process';
import { readFileSync } from 'fs';
import { join } from 'path';
import { parseAllDocuments } from 'yaml';
import { Manifest } from '../constructs/synthesized';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');

/** Where an example keeps its data; the same on every machine, as the manifests are. */
export const DATA = '/data';

/** An example, as `cdk8s synth` wrote it. */
export interface SynthesizedExample {
  readonly directory: string;
  readonly text: string;
  readonly objects: Manifest[];
}

/** Runs an example as its reader would, against the compiled package: compile first. */
export function synthExample(example: string): SynthesizedExample {
  const directory = join(temporaryDirectory(), 'dist');
  const cli = join(REPOSITORY, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
  execFileSync(process.execPath, [cli, 'synth', '--check-upgrade=false', '--output', directory], {
    cwd: join(REPOSITORY, 'examples', example),
    env: { ...process.env, QUICKSTART_DATA: DATA },
    stdio: 'pipe',
  });
  const text = readFileSync(join(directory, `${example}.k8s.yaml`), 'utf8');
  return { directory, text, objects: parseAllDocuments(text).map((document) => document.toJS() as Manifest) };
}
