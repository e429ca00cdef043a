/**
 * `npm run demo`: the whole road once, on this machine. Synthesize, bundle, publish, submit, backfill, commit.
 *
 * Works in a copy of the example (`.demo/`), with a state folder of its own, and stops all that it started.
 */
import { appendFileSync, cpSync, mkdirSync, rmSync } from 'fs';
import { join } from 'path';
import { Interrupted, Stage } from './stage';

const EXAMPLE = join(__dirname, '..');
const REPOSITORY = join(EXAMPLE, '..', '..');
const COPY = join(EXAMPLE, '.demo');
const CLI = join(REPOSITORY, 'lib', 'cli', 'main.js');
const CDK8S = join(REPOSITORY, 'node_modules', '.bin', 'cdk8s');

const stage = new Stage({
  cwd: COPY,
  env: { ...process.env, QUICKSTART_DATA: undefined, GENEVA_STACK_STATE: join(COPY, '.state') },
});

const stack = (...args: string[]) => stage.run(process.execPath, [CLI, ...args]);
const synth = () => stage.run(CDK8S, ['synth', '--check-upgrade=false']);

async function prepare(): Promise<void> {
  mkdirSync(COPY, { recursive: true });
  await stage.quietly(process.execPath, [CLI, 'local', 'down']); // what a killed demo left
  rmSync(COPY, { recursive: true, force: true });
  for (const name of ['cdk8s.yaml', 'main.ts', 'workspace']) {
    cpSync(join(EXAMPLE, name), join(COPY, name), { recursive: true });
  }
}

async function road(): Promise<void> {
  const head = await stage.step('a Ray head on this machine', async () =>
    JSON.parse(await stage.capture(process.execPath, [CLI, 'local', 'up', '--output', 'json'])) as { environment: string });
  const python = join(head.environment, 'bin', 'python');

  await stage.step('the source table', () => stage.run(python, [join(__dirname, 'build_table.py'), join(COPY, '.data', 'docs.lance')]));
  await stage.step('synthesize', synth);
  await stage.step('publish the workspace', () => stack('publish'));
  await stage.step('publish it again: nothing is new', () => stack('publish'));
  await stage.step('edit a file, publish one shard', async () => {
    appendFileSync(join(COPY, 'workspace', 'features', 'text.py'), '\n# edited by the demo\n');
    await synth();
    await stack('publish');
  });
  await stage.step('backfill column words', () => stack('submit', 'word-count'));
  await stage.step('refresh view long-docs', () => stack('submit', 'long-docs'));
  await stage.step('read the result back', () => stage.run(python, [join(__dirname, 'show_result.py'), join(COPY, '.data'), join(COPY, 'workspace')]));
}

const NEXT = `
What to try next, in examples/quickstart/.demo:
  npx geneva-stack local up              a Ray head that stays
  edit workspace/features/text.py        say, count only words of more than three letters
  npx cdk8s synth --check-upgrade=false  the stack now names the new code
  npx geneva-stack submit word-count --set 'where=true'
  npx geneva-stack list
  less dist/quickstart.k8s.yaml          what would go to a cluster
  npx geneva-stack local down`;

async function main(): Promise<number> {
  try {
    await prepare();
    await road();
    stage.summary();
    stage.say(NEXT);
    return 0;
  } catch (error) {
    stage.say(error instanceof Interrupted ? '\ninterrupted' : `\nthe demo failed: ${(error as Error).message}`);
    return error instanceof Interrupted ? 130 : 1;
  } finally {
    stage.say('\nstopping Ray');
    await stage.quietly(process.execPath, [CLI, 'local', 'down']);
  }
}

void main().then((code) => { process.exitCode = code; });
