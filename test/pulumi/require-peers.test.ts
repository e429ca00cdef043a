import { spawnSync } from 'child_process';
import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ModuleKind, transpileModule } from 'typescript';
import { temporaryDirectory } from '../temporary-directory';

/** Loads the check in a directory from which no package is found. */
function loadWithoutPackages(): string {
  const source = readFileSync(join(__dirname, '..', '..', 'src', 'pulumi', 'require-peers.ts'), 'utf8');
  const script = join(temporaryDirectory(), 'require-peers.js');
  writeFileSync(script, transpileModule(source, { compilerOptions: { module: ModuleKind.CommonJS } }).outputText);
  return spawnSync(process.execPath, [script], { encoding: 'utf8' }).stderr;
}

test('without Pulumi the error says what to install', () => {
  expect(loadWithoutPackages()).toContain(
    'geneva-constructs/pulumi needs @pulumi/pulumi, @pulumi/kubernetes and @pulumi/aws: npm install @pulumi/pulumi @pulumi/kubernetes @pulumi/aws');
});

test('the check is the first import, or the bare error of a missing module would come before it', () => {
  const index = readFileSync(join(__dirname, '..', '..', 'src', 'pulumi', 'index.ts'), 'utf8');
  expect(index.split('\n')[0]).toBe("import './require-peers';");
});
