import { spawn, spawnSync } from 'child_process';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { isAlive, withLock } from '../../src/submitter/file-lock';
import { temporaryDirectory } from '../temporary-directory';

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '0']).pid;

test('work under the same lock never overlaps', async () => {
  const folder = temporaryDirectory();
  const log = join(folder, 'log');
  await Promise.all(Array.from({ length: 8 }, (_, index) => withLock(join(folder, 'lock'), async () => {
    appendFileSync(log, `in${index} `);
    await sleep(5);
    appendFileSync(log, `out${index} `);
  })));
  expect(readFileSync(log, 'utf8').trim().replace(/in(\d) out\1 ?/g, '')).toBe('');
});

test('nothing stays behind, also when the work fails', async () => {
  const folder = temporaryDirectory();
  await expect(withLock(join(folder, 'lock'), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(readdirSync(folder)).toEqual([]);
});

test('the lock of a killed process is taken over, by one of many', async () => {
  const folder = temporaryDirectory();
  writeFileSync(join(folder, 'lock'), String(deadPid()));
  let inside = 0;
  await Promise.all(Array.from({ length: 8 }, () => withLock(join(folder, 'lock'), async () => {
    expect(++inside).toBe(1);
    await sleep(3);
    inside--;
  })));
  expect(readdirSync(folder).filter((name) => !name.startsWith('lock.break'))).toEqual([]);
});

test('a lock of a live process is waited for, and its holder is told', async () => {
  const folder = temporaryDirectory();
  const holder = spawn(process.execPath, ['-e', 'setTimeout(() => 0, 400)']);
  writeFileSync(join(folder, 'lock'), String(holder.pid));
  const waits: number[] = [];
  await withLock(join(folder, 'lock'), async () => { expect(isAlive(holder.pid!)).toBe(false); }, (pid) => waits.push(pid));
  expect(waits).toEqual([holder.pid]);
  expect(existsSync(join(folder, 'lock'))).toBe(false);
});

test('a process is alive until it ends', () => {
  expect([isAlive(process.pid), isAlive(deadPid()), isAlive(NaN), isAlive(0)]).toEqual([true, false, false, false]);
});
