/**
 * Runs the Python runtime's tests, linters and benchmarks in its managed environment, which is made on first use.
 *
 *   ts-node tools/runtime.ts test|lint|python [arguments]
 */
import { spawnSync } from 'child_process';
import { join } from 'path';
import { findInterpreter } from '../src/submitter/local/interpreter';
import { managedEnvironment } from '../src/submitter/local/managed-environment';

const root = join(__dirname, '..');
const PYTHON_FOLDERS = ['runtime', 'examples'];

async function main([what, ...args]: string[]): Promise<number> {
  const interpreter = findInterpreter(process.env.GENEVA_PYTHON);
  const { python } = await managedEnvironment(interpreter, 'requirements-dev.lock', (text) => process.stderr.write(`${text}\n`));
  const commands: Record<string, string[][]> = {
    test: [['-m', 'pytest', 'runtime/tests', '-q', ...args]],
    lint: [
      ['-m', 'ruff', 'check', ...PYTHON_FOLDERS],
      ['-m', 'ruff', 'format', '--check', ...PYTHON_FOLDERS],
      ['-m', 'mypy', '--config-file', 'runtime/pyproject.toml', 'runtime/src'],
    ],
    python: [args],
  };
  if (!commands[what]) { throw new Error(`got ${JSON.stringify(what)}, expected ${Object.keys(commands).join(', ')}`); }
  for (const command of commands[what]) {
    const { status } = spawnSync(python, command, { cwd: root, stdio: 'inherit', env: { ...process.env, RAY_USAGE_STATS_ENABLED: '0' } });
    if (status !== 0) { return status ?? 1; }
  }
  return 0;
}

void main(process.argv.slice(2)).then((code) => { process.exitCode = code; }, (error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
