import { existsSync, readdirSync } from 'fs';
import { join } from 'path';
import * as ts from 'typescript';
import { REPOSITORY, snippets } from './pages';
import { runSnippet } from './run-snippet';
import { planBundle } from '../../src/bundler/plan';
import { readPlanFile } from '../../src/bundler/plan-file';

/** All of them are compiled in one go, against the compiled package: compile first. */
jest.setTimeout(120_000);

const all = snippets('ts', 'typescript');

/** A snippet that leaves something open (`declare const`) is compiled and not run. */
const whole = all.filter(({ text }) => !/^declare /m.test(text));

test('every TypeScript snippet compiles as it stands', () => {
  const files = new Map(all.map((snippet, index) => [join(REPOSITORY, `snippet-${index}.ts`), snippet]));
  const { config } = ts.readConfigFile(join(REPOSITORY, 'examples', 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [...files.keys()] }, ts.sys, join(REPOSITORY, 'examples'));
  const checked = { ...options, noEmit: true, noUnusedLocals: false, skipLibCheck: true };
  const host = ts.createCompilerHost(checked);
  const { readFile, fileExists } = host;
  host.readFile = (name) => files.get(name)?.text ?? readFile(name);
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.getSourceFile = (name, version) => {
    const text = host.readFile(name);
    return text === undefined ? undefined : ts.createSourceFile(name, files.has(name) ? `${text}\nexport {};` : text, version);
  };
  const problems = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], checked, host));
  expect(all.length).toBeGreaterThan(10);
  expect(problems.map(({ file, messageText }) => `${files.get(file!.fileName)?.at}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)).toEqual([]);
});

test.each(whole.map(({ at, text }) => [at, text]))('%s runs, without a remark, and names the code that a submit then finds', (_, text) => {
  const remarks = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const output = runSnippet(text);
  expect(remarks.mock.calls.map(([remark]) => String(remark))).toEqual([]);
  for (const digest of plans(output)) {
    expect(planBundle({ roots: readPlanFile(output, digest).roots }).digest).toBe(digest);
  }
});

/** Digests of the bundles whose plans lie beside manifests. */
function plans(output: string): string[] {
  return existsSync(output) ? readdirSync(output).flatMap((name) => /^_(.*)\.bundle-plan$/.exec(name)?.[1] ?? []) : [];
}
