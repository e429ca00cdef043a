import { spawn } from 'child_process';
import { createHash } from 'crypto';
import { join } from 'path';
import type { Readable } from 'stream';
import { benchHead } from './bench-head';
import { Figure } from './figure';
import { RayJobsClient } from '../src/submitter/ray-jobs';
import { METADATA } from '../src/submitter/run-spec';
import { readToken } from '../src/submitter/token';

/** 100 MB of lines, each with what no other has and what takes more than a byte. */
const LINES = 1_000_000;
const PRINT = `for i in range(${LINES}): print("row", i, "\u00fc" * 40)`;
const GOAL_BYTES = 200 * 2 ** 20;
const RUN = 'features-log-0123456789-bench';

/** What ships, with a word at its end about the memory that it took. */
const PROGRAM = `
process.on('exit', () => require('fs').writeSync(3, String(process.resourceUsage().maxRSS * 1024)));
require('./lib/cli/main.js');
`;

/** Follows the log of a job that prints 100 MB: how much memory that takes, and whether each byte arrives once. */
export async function submitFollow(): Promise<Figure> {
  const { state, head, down } = await benchHead();
  try {
    const client = new RayJobsClient(head.address, readToken(head.tokenPath));
    const runtime_env = { env_vars: { PYTHONIOENCODING: 'utf-8', PRINT } };
    await client.submit({ submission_id: `${RUN}-1`, entrypoint: 'python -c "import os; exec(os.environ[\'PRINT\'])"', runtime_env, metadata: metadata() });
    const { peakBytes, bytes, digest } = await followed(state);
    const isWhole = digest === expected().digest;
    return {
      bench: 'submit.follow',
      ours: peakBytes,
      peer: '200 MiB',
      peerValue: GOAL_BYTES,
      unit: 'B',
      ratio: Math.round(peakBytes / GOAL_BYTES * 1000) / 1000,
      goal: '<= 1',
      met: isWhole && peakBytes <= GOAL_BYTES,
      runs: 1,
      note: `peak of the whole process for ${bytes} bytes of log; ${isWhole ? 'each arrived, once' : 'NOT the bytes that were printed'}`,
    };
  } finally {
    await down();
  }
}

function metadata(): Record<string, string> {
  const spec = { bundle: null, job: { name: 'log', kind: 'backfill', table: '/none', column: 'x', udf: 'x:x' } };
  return {
    [METADATA.run]: RUN,
    [METADATA.runKey]: 'bench',
    [METADATA.attempt]: '1',
    [METADATA.environment]: 'features',
    [METADATA.namespace]: 'features',
    [METADATA.job]: 'log',
    [METADATA.specDigest]: '0'.repeat(64),
    [METADATA.spec]: JSON.stringify(spec),
  };
}

async function followed(state: string): Promise<{ peakBytes: number; bytes: number; digest: string }> {
  const child = spawn(process.execPath, ['-e', PROGRAM, 'logs', RUN, '--follow'], {
    cwd: join(__dirname, '..'), env: { ...process.env, GENEVA_STACK_STATE: state }, stdio: ['ignore', 'pipe', 'inherit', 'pipe'],
  });
  let peak = '';
  (child.stdio[3] as Readable).on('data', (data: Buffer) => { peak += data.toString(); });
  const hash = createHash('sha256');
  let [rest, bytes] = [Buffer.alloc(0) as Buffer, 0];
  child.stdout!.on('data', (data: Buffer) => {
    const all = Buffer.concat([rest, data]);
    const end = all.lastIndexOf(0x0a) + 1;
    const rows = all.subarray(0, end).toString('utf8').split('\n').filter((line) => line.startsWith('row ')).map((line) => `${line}\n`).join('');
    hash.update(rows);
    [rest, bytes] = [Buffer.from(all.subarray(end)), bytes + Buffer.byteLength(rows)];
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { peakBytes: Number(peak), bytes, digest: hash.digest('hex') };
}

function expected(): { digest: string } {
  const hash = createHash('sha256');
  for (let i = 0; i < LINES; i++) { hash.update(`row ${i} ${'ü'.repeat(40)}\n`); }
  return { digest: hash.digest('hex') };
}
