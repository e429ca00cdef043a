import { execFileSync } from 'child_process';
import { setTimeout as sleep } from 'timers/promises';

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/**
 * Ends every process that belongs to a Ray head, also when the head itself is gone.
 *
 * Ray's own `ray stop` would end every Ray on the machine. A head's processes are those whose command
 * line names its temporary directory, which nothing else uses, and all that descends from them.
 *
 * @returns how many processes were ended
 */
export async function killTree(temporaryDirectory: string): Promise<number> {
  const ended = new Set<number>();
  const deadline = Date.now() + 10_000;
  for (let left = members(temporaryDirectory); left.length > 0 && Date.now() < deadline; left = members(temporaryDirectory)) {
    for (const pid of left) {
      ended.add(pid);
      kill(pid);
    }
    await sleep(100);
  }
  return ended.size;
}

/** Whether the process is still the head that it was: ids are used again. */
export function isHead(pid: number, temporaryDirectory: string): boolean {
  return processes().some((entry) => entry.pid === pid && entry.command.includes(temporaryDirectory));
}

function members(temporaryDirectory: string): number[] {
  const all = processes();
  const found = new Set(all.filter((entry) => entry.pid !== process.pid && entry.command.includes(temporaryDirectory)).map(({ pid }) => pid));
  for (let size = -1; size !== found.size;) {
    size = found.size;
    all.filter((entry) => found.has(entry.parent)).forEach((entry) => found.add(entry.pid));
  }
  return [...found].filter((pid) => pid !== process.pid);
}

function processes(): ProcessEntry[] {
  const output = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,command='], { encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line);
    const isZombie = match?.[3].startsWith('Z'); // ended already, only its parent has not looked yet
    return match && !isZombie ? [{ pid: Number(match[1]), parent: Number(match[2]), command: match[4] }] : [];
  });
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}
