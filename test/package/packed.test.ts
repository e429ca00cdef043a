import { execFileSync, spawnSync } from 'child_process';
import { existsSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');

/** What ships: the compiled package, packed, alone in an empty project. */
jest.setTimeout(240_000);

const folder = temporaryDirectory();
let packed: string[];

beforeAll(() => {
  const output = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: REPOSITORY, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const [{ filename, files }] = Object.values(JSON.parse(output) as Record<string, { filename: string; files: Array<{ path: string }> }>);
  packed = files.map(({ path }) => path);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', version: '1.0.0', private: true }));
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', join(folder, filename)], { cwd: folder, stdio: 'ignore' });
}, 240_000);

const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });

test('it holds what runs and nothing else', () => {
  const tops = [...new Set(packed.map((path) => path.split('/')[0]))].sort();
  expect(tops).toEqual(['.jsii', 'API.md', 'LICENSE', 'README.md', 'docs', 'lib', 'node_modules', 'package.json', 'runtime', 'schemas']);
  expect(packed).toEqual(expect.arrayContaining(['docs/rules.md', 'lib/cli/main.js', 'lib/cli/THIRD-PARTY-LICENSES.txt', 'runtime/requirements.lock', 'runtime/src/backfill_runtime/__main__.py', 'schemas/stack-descriptor.v1.schema.json']));
  expect(packed.filter((path) => /(^|\/)(tests?|bench|fixtures|__pycache__|\.\w+_cache)\//.test(path) && !path.startsWith('node_modules/'))).toEqual([]);
  expect(packed.filter((path) => /^lib\/(submitter|cli\/commands)\//.test(path))).toEqual([]);
});

test('it loads from CommonJS and from ESM, with the same names', () => {
  const commonJs = node('-p', 'Object.keys(require("geneva-constructs")).sort().join()');
  writeFileSync(join(folder, 'load.mjs'), 'import { ComputeEnvironment, HeadNodePool } from "geneva-constructs"; import * as all from "geneva-constructs"; console.log(ComputeEnvironment.name, HeadNodePool.name, "default" in all);');
  expect(commonJs.stdout).toContain('ComputeEnvironment');
  expect(node('load.mjs')).toMatchObject({ stdout: 'ComputeEnvironment HeadNodePool true\n', stderr: '' });
});

test('the command line runs from it, by its name', () => {
  const help = spawnSync('npx', ['--no-install', 'geneva-stack', '--help'], { cwd: folder, encoding: 'utf8' });
  expect([help.status, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('Usage: geneva-stack');
});

test('the command line finds its schemas and the runtime', () => {
  const bin = join(folder, 'node_modules', '.bin', 'geneva-stack');
  const env = { ...process.env, GENEVA_STACK_STATE: join(folder, 'state') };
  const doctor = spawnSync(process.execPath, [bin, 'doctor'], { cwd: folder, encoding: 'utf8', env });
  expect(doctor.stdout).toContain('FAIL stack: ');
  expect(doctor.stdout).not.toContain('ENOENT');
});

test('the command line reads a kubeconfig without any other package', () => {
  const kubeconfig = join(folder, 'kubeconfig');
  const [clusters, users] = [[{ name: 'c', cluster: { server: 'https://127.0.0.1:9' } }], [{ name: 'u', user: { token: 't' } }]];
  writeFileSync(kubeconfig, JSON.stringify({ clusters, users, 'contexts': [{ name: 'x', context: { cluster: 'c', user: 'u' } }], 'current-context': 'x' }));
  const list = node(join('node_modules', '.bin', 'geneva-stack'), 'list', '--target', 'cluster://features/features', '--kubeconfig', kubeconfig);
  expect([list.status, list.stderr]).toEqual([7, expect.stringContaining('the cluster of context x does not answer: the API server https://127.0.0.1:9: ECONNREFUSED')]);
});

test('an environment synthesizes with nothing but the package and its peers', () => {
  writeFileSync(join(folder, 'app.js'), `
    const { App, Chart } = require('cdk8s');
    const { ComputeEnvironment, HeadNodePool, RayImage } = require('geneva-constructs');
    const app = new App();
    const image = RayImage.fromRegistry('rayproject/ray:2.60.0-py311', { rayVersion: '2.60.0', pythonVersion: '3.11' });
    new ComputeEnvironment(new Chart(app, 'c'), 'features', { image, headPool: HeadNodePool.karpenter() });
    app.synth();
  `);
  expect(node('app.js')).toMatchObject({ status: 0, stderr: '' });
  expect(existsSync(join(folder, 'dist', 'c.k8s.yaml'))).toBe(true);
});

test('without Pulumi, geneva-constructs/pulumi says what to install', () => {
  const { stderr, status } = node('-e', 'require("geneva-constructs/pulumi")');
  expect(status).toBe(1);
  expect(stderr).toContain('geneva-constructs/pulumi needs @pulumi/pulumi, @pulumi/kubernetes and @pulumi/aws: npm install @pulumi/pulumi @pulumi/kubernetes @pulumi/aws');
  expect(stderr).not.toContain("Cannot find module '@pulumi");
});
