import { execFile } from 'child_process';
import { join, relative } from 'path';
import { promisify } from 'util';

const run = promisify(execFile);

const ROOT = join(__dirname, '..');

/**
 * Runs Go in the folder of a module, without a compiler of C.
 *
 * @returns what it printed
 * @throws Error with what it said
 */
export async function go(module: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run('go', args, { cwd: module, env: { ...process.env, CGO_ENABLED: '0' }, maxBuffer: 67_108_864 });
    return stdout;
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    const place = relative(ROOT, module);
    if (code === 'ENOENT') {
      throw new Error(`no program "go" on the PATH: what is in ${place}/ is built with Go 1.26 or newer.\n  Fix: install it from https://go.dev/dl/`);
    }
    throw new Error(`go ${args[0]} failed in ${place}/:\n${(stderr ?? String(error)).trim().split('\n').slice(-20).join('\n')}`);
  }
}

/** Where Go keeps the source of a module, which it gets if it isn't there yet: `go list -m` would say nowhere then. */
export async function sourceOf(module: string, name: string): Promise<string> {
  const { Dir } = JSON.parse(await go(module, ['mod', 'download', '-json', name])) as { readonly Dir: string };
  return Dir;
}
