import { spawn } from 'child_process';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { isAlive } from '../../../src/submitter/file-lock';
import { isHead, killTree } from '../../../src/submitter/local/process-tree';
import { temporaryDirectory } from '../../temporary-directory';

/** A process that names a directory on its command line and has a child that does not. */
async function family(directory: string): Promise<{ parent: number; child: number }> {
  const program = 'const c = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"]); console.log(c.pid); setInterval(() => 0, 1000)';
  const parent = spawn(process.execPath, ['-e', program, directory], { stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const child = await new Promise<number>((resolve) => parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))));
  return { parent: parent.pid!, child };
}

test('a tree ends with all its children, and nothing else does', async () => {
  const [mine, other] = [join(temporaryDirectory(), 'mine'), join(temporaryDirectory(), 'other')];
  const [a, b] = [await family(mine), await family(other)];
  try {
    expect(isHead(a.parent, mine)).toBe(true);
    expect(isHead(b.parent, mine)).toBe(false);
    expect(await killTree(mine)).toBe(2);
    await sleep(50);
    expect([isHead(a.parent, mine), isAlive(b.parent), isAlive(b.child)]).toEqual([false, true, true]);
  } finally {
    await killTree(other);
  }
});

test('where nothing runs, nothing is ended', async () => {
  expect(await killTree(join(temporaryDirectory(), 'none'))).toBe(0);
});
