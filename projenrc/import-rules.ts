import { cdk8s } from 'projen';

/** Who may import whom: the house rules of ARCHITECTURE.md. `index.ts` re-exports the constructs. */
const MAY_IMPORT: Record<string, string[]> = {
  spec: [],
  bundler: [],
  descriptor: ['spec'],
  constructs: ['spec', 'bundler', 'descriptor'],
  submitter: ['spec', 'bundler', 'descriptor'],
  pulumi: ['spec', 'bundler', 'descriptor'],
  cli: ['submitter', 'bundler', 'descriptor'],
};

/** Folders that know neither cdk8s nor Pulumi. */
const PURE = ['spec', 'bundler', 'descriptor', 'submitter', 'cli'];

/** Has the linter keep the import rules. */
export function keepImportRules(project: cdk8s.ConstructLibraryCdk8s): void {
  for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
    const forbidden = Object.keys(MAY_IMPORT).filter((other) => other !== folder && !allowed.includes(other));
    const patterns = [{ group: forbidden.map((other) => `**/${other}/**`), message: `${folder}/ may import only: ${allowed.join(', ') || 'its own files'}.` }];
    if (PURE.includes(folder)) {
      patterns.push({ group: ['cdk8s', 'cdk8s-plus-28', 'constructs', '@pulumi/*'], message: `${folder}/ knows neither cdk8s nor Pulumi.` });
    }
    project.eslint?.addOverride({ files: [`src/${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } });
  }
}
