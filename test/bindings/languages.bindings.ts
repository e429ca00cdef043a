import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'fs';
import { delimiter, join } from 'path';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');

/** Generates both packages, and compiles them with an app each; Maven and Go fetch what they depend on from their registries. */
jest.setTimeout(1_800_000);

const env: NodeJS.ProcessEnv = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' };
const generated = temporaryDirectory();
let expected: string;

beforeAll(() => {
  run('npx', ['jsii-pacmak', '--code-only', '--target', 'java', 'go', '--outdir', generated]);
  expected = synthesized('npx', ['ts-node', '--transpile-only', '--project', join(REPOSITORY, 'test', 'tsconfig.json'), join(__dirname, 'twin.ts')], REPOSITORY);
}, 1_800_000);

test('an app in Java compiles, and synthesizes what TypeScript does', () => {
  const library = join(generated, 'java');
  run('mvn', ['--quiet', '--batch-mode', 'compile', 'dependency:build-classpath', '-Dmdep.outputFile=classpath.txt'], library);
  const classes = temporaryDirectory();
  const classpath = [join(library, 'target', 'classes'), readFileSync(join(library, 'classpath.txt'), 'utf8').trim(), classes].join(delimiter);
  run('javac', ['-Xlint:all,-processing,-classfile', '-Werror', '-d', classes, '-cp', classpath, join(__dirname, 'java', 'App.java')]);
  expect(synthesized('java', ['-cp', classpath, 'App'], classes)).toBe(expected);
});

test('an app in Go compiles, and synthesizes what TypeScript does', () => {
  const app = temporaryDirectory();
  mkdirSync(app, { recursive: true });
  cpSync(join(__dirname, 'go', 'main.go'), join(app, 'main.go'));
  const module = 'github.com/geneva-constructs/geneva-constructs-go/genevaconstructs';
  writeFileSync(join(app, 'go.mod'), `module app\n\ngo 1.23\n\nrequire ${module} v0.0.0\n\nreplace ${module} => ${join(generated, 'go', 'genevaconstructs')}\n`);
  run('go', ['mod', 'tidy'], app);
  run('go', ['vet', '.'], app);
  run('go', ['build', '-o', 'app', '.'], app);
  expect(synthesized(join(app, 'app'), [], app)).toBe(expected);
});

function run(program: string, args: string[], cwd = REPOSITORY): void {
  execFileSync(program, args, { cwd, env, stdio: 'pipe' });
}

/** The manifest that a program writes. */
function synthesized(program: string, args: string[], cwd: string): string {
  const output = temporaryDirectory();
  execFileSync(program, args, { cwd, env: { ...env, CDK8S_OUTDIR: output }, stdio: 'pipe' });
  return readFileSync(join(output, 'features.k8s.yaml'), 'utf8');
}
