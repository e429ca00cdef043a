import { cdk8s, javascript } from 'projen';

const PULUMI = ['@pulumi/pulumi@3.248.0', '@pulumi/aws@7.48.0', '@pulumi/kubernetes@4.34.2'];

const project = new cdk8s.ConstructLibraryCdk8s({
  name: 'geneva-constructs',
  description: 'Feature backfills on Ray, declared as code',
  author: 'geneva-constructs contributors',
  authorAddress: 'https://github.com/geneva-constructs',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/geneva-constructs/geneva-constructs.git',
  license: 'Apache-2.0',
  defaultReleaseBranch: 'main',
  projenrcTs: true,
  packageManager: javascript.NodePackageManager.NPM,
  minNodeVersion: '20.16.0',
  jsiiVersion: '~5.9.0',
  typescriptVersion: '~5.9.3',
  cdk8sVersion: '2.70.0',
  constructsVersion: '10.4.2',
  peerDeps: ['cdk8s-plus-28@^2.5.6'],
  bundledDeps: ['ignore@^7.0.5'],
  devDeps: ['@types/node@^20', 'cdk8s-cli@2.207.60', 'ajv@8.20.0', 'yaml@2.9.1', 'esbuild@0.28.2', 'commander@14.0.3', 'ws@^8', '@types/ws@^8', 'fast-check@^4', 'yauzl@^3', '@types/yauzl@^2', ...PULUMI],
  bin: { 'geneva-stack': 'lib/cli/main.js' },
  publishToPypi: { distName: 'geneva-constructs', module: 'geneva_constructs' },
  jestOptions: { updateSnapshot: javascript.UpdateSnapshot.NEVER },
  github: false,
  release: false,
  depsUpgrade: false,
  sampleCode: false,
});

// Pinned after construction: projen resets these.
project.addDevDeps('jsii-pacmak@1.140.0', 'jest@^30', '@types/jest@^30', 'ts-jest@^29.4');

// Pulumi is optional: jsii refuses a non-jsii peer, so only the meta entry says it.
project.package.addField('peerDependenciesMeta', Object.fromEntries(PULUMI.map((p) => [p.slice(0, p.lastIndexOf('@')), { optional: true }])));
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './pulumi': { types: './lib/pulumi/index.d.ts', default: './lib/pulumi/index.js' },
  './package.json': './package.json',
  './.jsii': './.jsii',
  './.warnings.jsii.js': './.warnings.jsii.js',
});
project.package.addField('typesVersions', { '*': { pulumi: ['lib/pulumi/index.d.ts'] } });
project.eslint?.allowDevDeps('src/pulumi/**');
project.eslint?.allowDevDeps('src/cli/**');
project.eslint?.allowDevDeps('src/submitter/**');
project.eslint?.allowDevDeps('src/descriptor/**');

// No registry needed to build: code only, the wheel is a task of its own.
project.tasks.tryFind('package:python')?.reset('jsii-pacmak -v --code-only --target python');

// Who may import whom: the house rules of ARCHITECTURE.md, kept by the linter.
const FOLDERS = ['bundler', 'cli', 'constructs', 'descriptor', 'pulumi', 'spec', 'submitter'];
const MAY_IMPORT: Record<string, string[]> = {
  spec: [],
  bundler: [],
  descriptor: ['spec'],
  constructs: ['spec', 'bundler', 'descriptor'],
  submitter: ['spec', 'bundler', 'descriptor'],
  pulumi: ['spec', 'descriptor'],
  cli: ['submitter', 'bundler', 'descriptor'],
};
const PURE = ['spec', 'bundler', 'descriptor', 'submitter', 'cli'];
for (const folder of FOLDERS) {
  const forbidden = FOLDERS.filter((other) => other !== folder && !MAY_IMPORT[folder].includes(other));
  project.eslint?.addOverride({
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': ['error', {
        patterns: [
          { group: forbidden.map((other) => `**/${other}/**`), message: `${folder}/ may import only: ${MAY_IMPORT[folder].join(', ') || 'its own files'}.` },
          ...(PURE.includes(folder) ? [{ group: ['cdk8s', 'cdk8s-plus-28', 'constructs', '@pulumi/*'], message: `${folder}/ knows neither cdk8s nor Pulumi.` }] : []),
        ],
      }],
    },
  });
}

project.synth();
