import { linkSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { setTimeout as sleep } from 'timers/promises';

/** Calls of this process so far: each waits with a file of its own. */
let tickets = 0;

/**
 * Runs `work` while no other process on this machine runs it under the same lock file.
 *
 * The holder's process id is in the file from the instant it exists, so a lock of a killed process is told from a live one.
 *
 * @param onWait called once when the lock is taken, with its holder
 */
export async function withLock<T>(path: string, work: () => Promise<T>, onWait?: (holder: number) => void): Promise<T> {
  const ticket = `${path}.${process.pid}-${tickets++}`;
  writeFileSync(ticket, `${process.pid}`, { mode: 0o600 });
  try {
    await acquire(ticket, path, onWait);
    try {
      return await work();
    } finally {
      rmSync(path, { force: true });
    }
  } finally {
    rmSync(ticket, { force: true });
  }
}

async function acquire(ticket: string, path: string, onWait?: (holder: number) => void): Promise<void> {
  for (let waited = false; ; waited = true) {
    try {
      linkSync(ticket, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') { throw error; }
    }
    const holder = holderOf(path);
    if (holder === undefined) { continue; } // released between the two calls
    if (!isAlive(holder)) {
      breakLock(path, holder);
      continue;
    }
    if (!waited) { onWait?.(holder); }
    await sleep(50);
  }
}

/** Takes a dead holder's lock away, by way of a second lock so that two waiters can't both do it. */
function breakLock(path: string, holder: number): void {
  const breaker = `${path}.break`;
  try {
    writeFileSync(breaker, `${process.pid}`, { flag: 'wx', mode: 0o600 });
  } catch {
    const other = holderOf(breaker);
    if (other !== undefined && !isAlive(other)) { rmSync(breaker, { force: true }); }
    return;
  }
  try {
    if (holderOf(path) === holder) { rmSync(path, { force: true }); }
  } finally {
    rmSync(breaker, { force: true });
  }
}

function holderOf(path: string): number | undefined {
  try {
    return Number(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** Whether a process exists, also one of another user. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) { return false; }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
