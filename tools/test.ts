/**
 * `npm test`: jest, and pytest beside it. What pytest prints comes when both have ended.
 *
 *   ts-node tools/test.ts [arguments of jest: then it runs alone]
 */
import { spawn } from 'child_process';
import { createReadStream, mkdtempSync, openSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { pipeline } from 'stream/promises';

const root = join(__dirname, '..');
const JEST = ['node_modules/jest/bin/jest.js', '--ci'];
const PYTEST = ['node_modules/ts-node/dist/bin.js', '--transpile-only', '--project', 'test/tsconfig.json', 'tools/runtime.ts', 'test'];

/** Exit code of a program of Node.js, which a signal makes a failure. */
function run(program: readonly string[], output: number | 'inherit'): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, program, { cwd: root, stdio: ['ignore', output, output] });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function main(args: readonly string[]): Promise<number> {
  if (args.length > 0) { return run([...JEST, ...args], 'inherit'); }
  const folder = mkdtempSync(join(tmpdir(), 'geneva-constructs-test-'));
  try {
    const printed = join(folder, 'pytest');
    const codes = await Promise.all([run(JEST, 'inherit'), run(PYTEST, openSync(printed, 'w'))]);
    await pipeline(createReadStream(printed), process.stdout, { end: false });
    return Math.max(...codes);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void main(process.argv.slice(2)).then((code) => { process.exitCode = code; });
