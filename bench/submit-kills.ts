import { mkdtempSync } from 'fs';
import { join } from 'path';
import { setTimeout as sleep } from 'timers/promises';
import { benchHead } from './bench-head';
import { Figure, median, seconds } from './figure';
import { RayJobsClient } from '../src/submitter/ray-jobs';
import { readToken } from '../src/submitter/token';
import { LocalStack } from '../test/submitter/local-stack';

const KILLS = Number(process.env.SUBMIT_KILLS ?? 200);
/** Ray takes so many drivers at once on a small machine without refusing one. */
const AT_ONCE = 4;

/** What became of a submitter that was killed. */
interface Outcome {
  /** When it was killed, as a share of the time that it takes. */
  readonly at: number;
  /** Whether Ray had the job when it died. */
  readonly hadJob: boolean;
  readonly jobs: number;
  readonly runs: number;
  /** Seconds that the second submit took. */
  readonly seconds: number;
}

/** As many of the last lives tell how long one is now: the jobs of those before load the machine. */
const LIVES = 5;

/**
 * Kills submitters at random instants, runs the same command again, and counts: each run key must have one run and one Ray job.
 *
 * The instants are uniform over the whole life of the process, and a bit beyond.
 */
export async function submitKills(): Promise<Figure> {
  const { state, head, down } = await benchHead();
  try {
    const client = new RayJobsClient(head.address, readToken(head.tokenPath));
    const folder = mkdtempSync(join(state, 'stack-'));
    const workspace = join(__dirname, '..', 'examples', 'quickstart', 'workspace');
    const table = join(folder, 'none.lance'); // it is not there: what is counted are submissions
    const stack = new LocalStack(folder, workspace, [{ name: 'job', kind: 'backfill', table, column: 'x', udf: 'features.text:word_count' }], state);
    const submit = (key: string) => ['submit', 'job', '--stack', '.', '--detach', '--run-key', key];
    const lives: number[] = [];
    for (let index = 0; index < LIVES; index++) { lives.push(await seconds(() => stack.run(...submit(`life-${index}`)))); }
    const outcomes: Outcome[] = [];
    for (let index = 0; index < KILLS; index++) {
      const outcome = await killOnce(stack, submit(`kill-${index}`), `kill-${index}`, client, median(lives.slice(-LIVES)) * 1.1);
      outcomes.push(outcome);
      if (!outcome.hadJob) { lives.push(outcome.seconds); }
      if (index % 20 === 19) { process.stderr.write(`submit.kills ${tally(outcomes)}\n`); }
    }
    return figure(outcomes);
  } finally {
    await down();
  }
}

/** @param life seconds within which it is killed */
async function killOnce(stack: LocalStack, command: string[], key: string, client: RayJobsClient, life: number): Promise<Outcome> {
  while ((await client.jobs()).filter(({ status }) => status === 'PENDING' || status === 'RUNNING').length >= AT_ONCE) { await sleep(100); }
  const at = Math.random();
  const first = stack.start(...command);
  await sleep(at * life * 1000);
  first.kill();
  await first.ended;
  const mine = async () => (await client.jobs()).filter(({ submission_id: id }) => id?.includes(`-${key}-`));
  const hadJob = (await mine()).length > 0;
  let second!: ReturnType<LocalStack['run']>;
  const secondSeconds = await seconds(() => { second = stack.run(...command); });
  const { code, stderr } = second;
  if (code !== 0 && code !== 1) { throw new Error(`the second submit of ${key} ended with ${code}: ${stderr}`); } // 1: the job has failed already, as it must
  const jobs = await mine();
  return { at, hadJob, jobs: jobs.length, runs: new Set(jobs.map(({ submission_id: id }) => id!.replace(/-\d+$/, ''))).size, seconds: secondSeconds };
}

function tally(outcomes: Outcome[]): string {
  const lost = outcomes.filter(({ jobs }) => jobs === 0).length;
  const doubled = outcomes.filter(({ jobs, runs }) => jobs > 1 || runs > 1).length;
  const after = outcomes.filter(({ hadJob }) => hadJob).length;
  return `${outcomes.length} killed: ${outcomes.length - after} before Ray had the job, ${after} after; ${lost} lost, ${doubled} doubled`;
}

function figure(outcomes: Outcome[]): Figure {
  const right = outcomes.filter(({ jobs, runs }) => jobs === 1 && runs === 1).length;
  return {
    bench: 'submit.kills',
    ours: right,
    peer: 'kills, each of which must leave one run with one Ray job',
    peerValue: outcomes.length,
    unit: 'runs',
    ratio: right / outcomes.length,
    goal: '>= 1',
    met: right === outcomes.length,
    runs: 1,
    note: tally(outcomes),
  };
}
