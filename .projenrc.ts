import { cdk8s, javascript, TaskShell } from 'projen';
import { keepImportRules } from './projenrc/import-rules';

const PULUMI = ['@pulumi/pulumi@3.248.0', '@pulumi/aws@7.48.0', '@pulumi/kubernetes@4.34.2'];

/** Bundled into the one file of the command line, so that jsii sees none of them and users install none of them. */
const CLI_DEPENDENCIES = ['@kubernetes/client-node@1.4.0', 'ajv@8.20.0', 'commander@14.0.3', 'ws@8.23.0']; // client-node 2 needs Node.js 22

/** SDKs of the stores: loaded only when such a store is used, installed only by who uses it. */
const STORE_SDKS = ['@aws-sdk/client-s3@3.1175.0', '@aws-sdk/lib-storage@3.1175.0', '@google-cloud/storage@7.22.0', '@azure/storage-blob@12.32.0'];

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'geneva-constructs',
  description: 'Feature backfills on Ray, declared as code',
  keywords: ['cdk8s', 'kuberay', 'ray', 'lance', 'lancedb', 'backfill', 'feature-engineering', 'karpenter', 'pulumi'],
  author: 'geneva-constructs contributors',
  authorAddress: 'https://github.com/geneva-constructs',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/geneva-constructs/geneva-constructs.git',
  license: 'Apache-2.0',
  stability: 'experimental',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.3',
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.4.2',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  bundledDeps: ['ignore@^7.0.5', 'yaml@2.9.1'],
  devDeps: [
    '@types/node@^20', '@types/ws@^8', 'archiver@8.0.0', 'cdk8s-cli@2.207.60', 'esbuild@0.28.2', 'fast-check@^4', 'ts-node@^10.9.2',
    ...CLI_DEPENDENCIES, ...STORE_SDKS, ...PULUMI,
  ],
  bin: { 'geneva-stack': 'lib/cli/main.js' },
  publishToPypi: { distName: 'geneva-constructs', module: 'geneva_constructs' },
  publishToMaven: { javaPackage: 'io.github.genevaconstructs', mavenGroupId: 'io.github.geneva-constructs', mavenArtifactId: 'geneva-constructs' },
  publishToGo: { moduleName: 'github.com/geneva-constructs/geneva-constructs-go', packageName: 'genevaconstructs' },
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    junitReporting: false,
    passWithNoTests: false,
    jestConfig: {
      collectCoverage: false,
      testTimeout: 20_000,
      testPathIgnorePatterns: ['/node_modules/', '/\\.demo/'],
      moduleNameMapper: { '^@kubernetes/client-node/dist/config\\.js$': '<rootDir>/lib/cli/kube-config.js' }, // as it ships: jest can't load ES modules
    },
  },
  eslintOptions: {
    dirs: ['src'],
    devdirs: ['test', 'tools', 'bench', 'examples'],
    ignorePatterns: ['*.js', '*.d.ts', 'node_modules/', '.demo/', 'dist/', 'lib/'],
  },
  gitignore: ['__pycache__/', '/.jsii.tabl.json', '/.jsii.gz', '/site/'],
  github: false,
  release: false,
  depsUpgrade: false,
  sampleCode: false,
});

[
  '/bench/', '/docs/site/', '/docs/diagrams/*.dot', '/examples/', '/tools/', '/testbed/', '/.ci/', '/runtime/tests/', '/runtime/bench/', '/runtime/*-dev.*', '/schemas/fixtures/',
  '__pycache__/', '*.pyc', '.*_cache/', '.venv/', '/.jsii.tabl.json', '/.jsii.gz', '/ARCHITECTURE.md', '/CONTRIBUTING.md', '/CHANGELOG.md',
  '/site/',
].forEach((pattern) => project.npmignore?.addPatterns(pattern));

// Pinned after construction: projen resets these.
project.addDevDeps('jsii-pacmak@1.140.0', 'jest@^30', '@types/jest@^30', 'ts-jest@^29.4');

// Pulumi and the SDKs are optional: jsii refuses a non-jsii peer, so only the meta entry says it.
project.package.addField('peerDependenciesMeta', Object.fromEntries([...PULUMI, ...STORE_SDKS, '@azure/identity@4'].map((spec) => [spec.slice(0, spec.lastIndexOf('@')), { optional: true }])));
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './pulumi': { types: './lib/pulumi/index.d.ts', default: './lib/pulumi/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
project.package.addField('typesVersions', { '*': { pulumi: ['lib/pulumi/index.d.ts'] } });

['src/pulumi/**', 'src/cli/**', 'src/submitter/**', 'src/descriptor/format.ts', 'src/descriptor/read.ts', 'src/bundler/stores/**'].forEach((glob) => project.eslint?.allowDevDeps(glob));
keepImportRules(project);

// Each folder that the linter and the editor look at has a tsconfig of its own, like test/.
for (const folder of ['tools', 'bench', 'examples']) {
  new javascript.TypescriptConfig(project, {
    fileName: `${folder}/tsconfig.json`,
    extends: javascript.TypescriptConfigExtends.fromPaths(['../tsconfig.json']),
    compilerOptions: { noEmit: true, rootDir: '..' },
    include: ['**/*.ts'],
    exclude: ['node_modules', '**/.demo'],
  });
}

// The runtime that jsii prints its warning about is our floor, and tested; newer ones are too.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '1');

/** A TypeScript program of ours that is run from its source. */
const script = (file: string) => `ts-node --transpile-only --project test/tsconfig.json ${file}`;

const bundleCli = project.addTask('bundle-cli', { description: 'Make the command line one file', exec: script('tools/bundle-cli.ts') });
const make = project.addTask('make', { description: 'Compile, and bundle the command line', condition: '[ "$MADE_BY_CI" != true ]', steps: [{ spawn: 'compile' }, { spawn: bundleCli.name }] });
project.postCompileTask.prependSpawn(bundleCli);

// projen's own shell takes a command that a signal ended for one that passed
project.tasks.shell = TaskShell.system();

const testRuntime = project.addTask('test:runtime', { description: 'Test the Python runtime in its managed environment', exec: script('tools/runtime.ts test'), receiveArgs: true });
project.testTask.reset();
project.testTask.spawn(make);
project.testTask.exec('jest --ci', { receiveArgs: true });
project.testTask.spawn(testRuntime);

project.addTask('test:stores', {
  description: 'Test the object stores against real servers, which are built once; needs Go',
  steps: [{ spawn: make.name }, { exec: "jest --ci --runInBand --testMatch '<rootDir>/test/**/*.stores.ts'", receiveArgs: true }],
});

project.addTask('testbed', { description: 'Kubernetes and the KubeRay operator on this machine, without containers; built once, needs Go', exec: script('tools/testbed/main.ts'), receiveArgs: true });
const CLUSTER_TESTS = "jest --ci --runInBand --testMatch '<rootDir>/test/**/*.cluster.ts'";
project.addTask('test:cluster', {
  description: 'Test against a real API server, the real KubeRay operator and Ray pods that are processes; built once, needs Go and root',
  steps: [
    { exec: 'go vet ./cmd/testbed ./cmd/container-init ./internal/... && go test -mod=readonly ./internal/...', cwd: 'testbed' },
    { spawn: make.name },
    { exec: CLUSTER_TESTS, receiveArgs: true },
  ],
});

project.addTask('test:karpenter', {
  description: 'Test our node pools with a real Karpenter whose nodes are faked; built once, needs Go',
  steps: [{ exec: "jest --ci --runInBand --testMatch '<rootDir>/test/**/*.karpenter.ts'", receiveArgs: true }],
});

project.addTask('test:engine', {
  description: 'Test the Pulumi components with the real engine of Pulumi and a real API server; built once, needs Go',
  steps: [{ spawn: make.name }, { exec: "jest --ci --runInBand --testMatch '<rootDir>/test/**/*.engine.ts'", receiveArgs: true }],
});

project.addTask('chaos', {
  description: 'Test what plays with chance, 100 times each; takes hours, needs Go',
  env: { CHAOS_ROUNDS: '100' },
  steps: [
    { exec: `${script('tools/runtime.ts test')} -m chaos` },
    { spawn: make.name },
    { exec: "jest --ci --runInBand --testMatch '<rootDir>/test/runtime/s3-tables.stores.ts' -t s3_faults" },
    { exec: `env RANDOM_ENVIRONMENTS=2000 SCALE_CYCLES=50 ${CLUSTER_TESTS}` },
  ],
});

project.addTask('test:python', {
  description: 'Test the Python package: generated, installed in a new virtual environment; needs a registry of Python packages',
  steps: [{ spawn: make.name }, { exec: "jest --ci --runInBand --testMatch '<rootDir>/test/**/*.python.ts'", receiveArgs: true }],
});

project.addTask('test:bindings', {
  description: 'Test the Java and the Go package: generated, and compiled with a small app each; needs Go, a JDK, Maven and their registries',
  steps: [{ spawn: make.name }, { exec: "jest --ci --runInBand --testMatch '<rootDir>/test/**/*.bindings.ts'", receiveArgs: true }],
});

const rulesPage = project.addTask('docs:rules', { description: 'Write docs/rules.md from the rule catalogue', exec: script('tools/write-rules-page.ts') });

const cliPage = project.addTask('docs:cli', { description: 'Write docs/cli.md from the command line itself; needs `projen make`', exec: script('tools/write-cli-page.ts') });
project.addTask('docs', { description: 'Build the documentation site into site/; needs Python 3.11, and a registry of Python packages once', exec: script('tools/docs-site/main.ts') });

const lint = project.addTask('lint', { description: 'Lint, type-check and regenerate all that is generated' });
lint.spawn(project.tasks.tryFind('eslint')!);
for (const folder of ['test', 'tools', 'bench', 'examples']) {
  lint.exec(`tsc --project ${folder}/tsconfig.json`, { name: `type-check ${folder}` });
}
lint.exec(script('tools/runtime.ts lint'));
lint.spawn(rulesPage);
lint.spawn(cliPage);
lint.spawn(project.tasks.tryFind('docgen')!);
lint.exec('jsii-rosetta extract --strict .jsii', { name: 'compile the snippets of the README and of the docs' });

project.addTask('demo', { description: 'The whole road once, on this machine', steps: [{ spawn: make.name }, { exec: script('examples/quickstart/demo/demo.ts') }] });
project.addTask('bench', { description: 'Benchmarks: one JSON line a figure', steps: [{ spawn: make.name }, { exec: script('bench/main.ts'), receiveArgs: true }] });

const LAST_TAG = "git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null";
// projen's own lets an experimental API break, and compares with what is newest, which may be another line of releases.
project.tasks.tryFind('compat')!.reset(`jsii-diff --keys --error-on all --ignore-file .compatignore "npm:geneva-constructs@$(${LAST_TAG} | cut -c2-)" .`, {
  condition: LAST_TAG,
  name: 'the API against that of the last tag; what breaks on purpose is a key in .compatignore',
});

// No registry needed to build: code only. What is made of it is tested by `test:python` and `test:bindings`.
for (const language of ['python', 'java', 'go']) {
  project.tasks.tryFind(`package:${language}`)?.reset(`jsii-pacmak -v --code-only --target ${language}`);
}

project.synth();
