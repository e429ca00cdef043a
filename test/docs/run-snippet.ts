import { createRequire } from 'module';
import { join } from 'path';
import * as ts from 'typescript';
import { REPOSITORY } from './pages';
import { tree } from '../temporary-directory';

const OPTIONS = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };

/**
 * Runs a snippet as a program of the repository, in which `geneva-constructs` is the compiled package, and in a directory of its own.
 *
 * @returns where the app that it makes wrote to
 */
export function runSnippet(text: string): string {
  const [before, outdir] = [process.cwd(), process.env.CDK8S_OUTDIR];
  const project = tree({ 'workspace/features/text.py': 'def word_count(body: str) -> int:\n    return len(body.split())\n' });
  const output = join(project, 'dist');
  process.chdir(project);
  process.env.CDK8S_OUTDIR = output;
  try {
    const program = new Function('require', 'exports', ts.transpileModule(text, { compilerOptions: OPTIONS }).outputText);
    program(createRequire(join(REPOSITORY, 'package.json')), {});
  } finally {
    process.chdir(before);
    if (outdir === undefined) { delete process.env.CDK8S_OUTDIR; } else { process.env.CDK8S_OUTDIR = outdir; }
  }
  return output;
}
