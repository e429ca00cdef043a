import { execFileSync } from 'child_process';
import { copyFileSync, cpSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { delimiter, join } from 'path';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');
const PEERS = ['constructs', 'cdk8s', 'cdk8s-plus-28'];

/** Modules of Go by their folder, as the packages declare them. */
const GO_MODULES = {
  'github.com/aws/constructs-go/constructs/v10': 'constructs',
  'github.com/cdk8s-team/cdk8s-core-go/cdk8s/v2': 'cdk8s',
  'github.com/cdk8s-team/cdk8s-plus-go/cdk8splus28/v2': 'cdk8splus28',
  'github.com/geneva-constructs/geneva-constructs-go/genevaconstructs': 'genevaconstructs',
};

/**
 * Generates the packages of Java and Go, those of our peers too: in the releases that are installed here, whatever the registries of the two languages
 * have. What jsii's own runtimes need comes from there.
 */
jest.setTimeout(1_800_000);

const env: NodeJS.ProcessEnv = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' };
let expected: string;

beforeAll(() => {
  const program = ['ts-node', '--transpile-only', '--project', join(REPOSITORY, 'test', 'tsconfig.json'), join(__dirname, 'twin.ts')];
  expected = synthesized('npx', program, REPOSITORY);
});

test('an app in Java compiles, and synthesizes what TypeScript does', () => {
  const folders = generate('java').map((folder) => join(folder, 'java'));
  const classes = temporaryDirectory();
  for (const folder of folders) { cpSync(join(folder, 'src', 'main', 'resources'), classes, { recursive: true }); }
  const libraries = dependencies(readFileSync(join(folders[folders.length - 1], 'pom.xml'), 'utf8'));
  const sources = folders.flatMap((folder) => filesBelow(join(folder, 'src', 'main', 'java'), '.java'));
  const list = join(temporaryDirectory(), 'sources');
  writeFileSync(list, sources.join('\n'));
  run('javac', ['-J-Xmx2g', '-nowarn', '-d', classes, '-cp', libraries, `@${list}`]);
  const classpath = [classes, libraries].join(delimiter);
  run('javac', ['-Xlint:all,-processing,-classfile', '-Werror', '-d', classes, '-cp', classpath, join(__dirname, 'java', 'App.java')]);
  expect(synthesized('java', ['-cp', classpath, 'App'], classes)).toBe(expected);
});

test('an app in Go compiles, and synthesizes what TypeScript does', () => {
  const folders = generate('go').map((folder) => join(folder, 'go'));
  const [app, modules] = [temporaryDirectory(), temporaryDirectory()];
  for (const folder of folders) { cpSync(folder, modules, { recursive: true }); }
  copyFileSync(join(__dirname, 'go', 'main.go'), join(app, 'main.go'));
  const replaced = Object.entries(GO_MODULES).map(([name, folder]) => `replace ${name} => ${join(modules, folder)}`);
  writeFileSync(join(app, 'go.mod'), ['module app', 'go 1.25', ...replaced, ''].join('\n')); // `go mod tidy` adds what is required
  run('go', ['mod', 'tidy'], app);
  run('go', ['vet', '.'], app);
  run('go', ['build', '-o', 'app', '.'], app);
  expect(synthesized(join(app, 'app'), [], app)).toBe(expected);
});

/** The code of our peers and of us, a folder each; ours comes last. jsii-pacmak writes to what it reads, so it gets copies of our peers. */
function generate(language: string): string[] {
  const pacmak = (project: string, ...options: string[]) => {
    const output = temporaryDirectory();
    run('npx', ['jsii-pacmak', '--code-only', ...options, '--target', language, '--outdir', output, project]);
    return output;
  };
  const copies = join(temporaryDirectory(), 'node_modules');
  for (const peer of PEERS) { cpSync(join(REPOSITORY, 'node_modules', peer), join(copies, peer), { recursive: true }); }
  return [...PEERS.map((peer) => pacmak(join(copies, peer), '--no-npmignore')), pacmak(REPOSITORY)];
}

/** The jars that generated code needs beside our peers. */
function dependencies(pom: string): string {
  const others = [...pom.matchAll(/<dependency>[\s\S]*?<\/dependency>/g)].filter(([text]) => !/<groupId>(org\.cdk8s|software\.constructs)</.test(text));
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'pom.xml'), '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>app</groupId>'
    + `<artifactId>app</artifactId><version>1</version><dependencies>${others.join('')}</dependencies></project>`);
  run('mvn', ['--quiet', '--batch-mode', 'dependency:build-classpath', '-Dmdep.outputFile=classpath.txt'], folder);
  return readFileSync(join(folder, 'classpath.txt'), 'utf8').trim();
}

function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith(extension)).map((name) => join(folder, name));
}

function run(program: string, args: string[], cwd = REPOSITORY): void {
  execFileSync(program, args, { cwd, env, stdio: 'pipe' });
}

/** The manifest that a program writes. */
function synthesized(program: string, args: string[], cwd: string): string {
  const output = temporaryDirectory();
  execFileSync(program, args, { cwd, env: { ...env, CDK8S_OUTDIR: output }, stdio: 'pipe' });
  return readFileSync(join(output, 'features.k8s.yaml'), 'utf8');
}
