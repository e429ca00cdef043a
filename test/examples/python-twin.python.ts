import { execFileSync, spawnSync } from 'child_process';
import { readdirSync, readFileSync } from 'fs';
import { join } from 'path';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');
const EXAMPLE = join(REPOSITORY, 'examples', 'python');

/** Generates the Python package, installs it in a new virtual environment with its dependencies from the registry. */
jest.setTimeout(300_000);

const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' };
const generated = temporaryDirectory();
const venv = join(temporaryDirectory(), 'venv');

beforeAll(() => {
  run('npx', ['jsii-pacmak', '--code-only', '--target', 'python', '--outdir', generated]);
  run(findInterpreter(process.env.GENEVA_PYTHON).path, ['-m', 'venv', venv]);
  run(join(venv, 'bin', 'python'), ['-m', 'pip', 'install', '--quiet', join(generated, 'python')]);
}, 300_000);

test('an environment in Python is the one in TypeScript, byte for byte', () => {
  const [python, typeScript] = [temporaryDirectory(), temporaryDirectory()];
  run(join(venv, 'bin', 'python'), ['main.py'], { cwd: EXAMPLE, outdir: python });
  run('npx', ['ts-node', '--transpile-only', '--project', join(REPOSITORY, 'examples', 'tsconfig.json'), 'twin.ts'], { cwd: EXAMPLE, outdir: typeScript });
  expect(readdirSync(python)).toEqual([expect.stringMatching(/^_[0-9a-f]{64}\.bundle-plan$/), 'features.k8s.yaml']);
  expect(filesOf(python)).toEqual(filesOf(typeScript));
});

test('an error of synth says in Python what it says in TypeScript', () => {
  const program = [
    'from cdk8s import App, Chart, Size',
    'from geneva_constructs import ComputeEnvironment, HeadNodePool, RayImage',
    'app = App()',
    'image = RayImage.from_registry("ray:1", ray_version="2.60.0", python_version="3.11")',
    'env = ComputeEnvironment(Chart(app, "c"), "e", image=image, head_pool=HeadNodePool.karpenter())',
    'env.add_worker_group("cpu", cpu=1, memory=Size.gibibytes(2), min_replicas=2, max_replicas=1)',
    'app.synth()',
  ].join('\n');
  const { status, stderr } = spawnSync(join(venv, 'bin', 'python'), ['-c', program], { cwd: temporaryDirectory(), env, encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/\[c\/e\/RayCluster\] workerGroupSpecs\[cpu\]: got .*expected 0 <= minReplicas <= maxReplicas.*RAY-P4/s);
});

test('the command line comes with the package', () => {
  const help = spawnSync(join(venv, 'bin', 'geneva-stack'), ['--help'], { env, encoding: 'utf8' });
  expect(help.stdout).toContain('Usage: geneva-stack');
  expect(help.status).toBe(0);
});

function run(program: string, args: string[], { cwd = REPOSITORY, outdir = '' } = {}): void {
  execFileSync(program, args, { cwd, env: outdir ? { ...env, CDK8S_OUTDIR: outdir } : env, stdio: 'pipe' });
}

function filesOf(directory: string): Record<string, string> {
  return Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
}
