import { record } from './sample';
import { ScriptedHead } from './scripted-head';
import { ExitCode } from '../../src/submitter/exit-code';
import { followRun, FollowRunOptions } from '../../src/submitter/follow-run';
import { RayJobsClient } from '../../src/submitter/ray-jobs';
import { RunProgress } from '../../src/submitter/run-progress';
import { lastAttempt, RunRecord, withAttempt, withNextAttempt } from '../../src/submitter/run-record';
import { RunReport } from '../../src/submitter/run-report';
import { METADATA } from '../../src/submitter/run-spec';
import { RunStore } from '../../src/submitter/run-store';
import { stopRun } from '../../src/submitter/stop';
import { temporaryDirectory } from '../temporary-directory';

const RESULT = `${JSON.stringify({ schema: 'runtime-events/v1', type: 'result', at: 1, run: 'r', attempt: 2, table: 't', tableVersion: 2, rows: 10, fragments: 1, bytesWritten: 5, seconds: 1 })}\n`;

let head: ScriptedHead;
let store: RunStore;
let made: RunRecord;
beforeEach(async () => {
  head = await ScriptedHead.start();
  store = new RunStore(temporaryDirectory());
  const submitted = { state: 'submitted', submittedAt: new Date().toISOString(), sessionName: 'session_1' } as const;
  made = store.save(withAttempt(record({ address: head.address }), submitted));
});
afterEach(async () => head.stop());

function follow(changes: Partial<FollowRunOptions> = {}) {
  const client = new RayJobsClient(head.address, 'secret-token');
  const resubmit = { runtimeUrl: undefined, attempts: 1 };
  const options = { client, store, progress: RunProgress.of(made), listener: {}, contactTimeoutMs: 5_000, resubmit };
  return followRun(made, { ...options, ...changes });
}

/** Has the head run to its end what is submitted to it. */
function succeeds(): void {
  head.stream = (job) => {
    Object.assign(job, { status: 'SUCCEEDED', log: RESULT });
    return { frames: [] };
  };
}

test('a head that was lost is followed by another attempt, with an id of its own', async () => {
  head.sessionName = 'session_2';
  succeeds();
  const notices: string[] = [];
  const report = await follow({ listener: { onNotice: (text) => notices.push(text) } });
  expect(report).toMatchObject({ status: 'succeeded', exitCode: 0, attempts: [{ submissionId: `${made.run}-1`, status: 'lost', reason: 'the Ray head was replaced' }, { submissionId: `${made.run}-2`, status: 'succeeded' }] });
  expect([...head.jobs.values()].map(({ metadata }) => metadata[METADATA.attempt])).toEqual(['2']);
  expect(notices).toEqual(['the Ray head was replaced; starting attempt 2, which goes on from the checkpoints']);
});

test('a head that is lost each time is given up after three attempts', async () => {
  head.stream = (job) => {
    head.jobs.delete(job.submission_id);
    head.sessionName += '+';
    return { frames: [] };
  };
  const report = await follow();
  expect(report).toMatchObject({ status: 'lost', exitCode: 5, attempts: [{ status: 'lost' }, { status: 'lost' }, { status: 'lost' }] });
  expect(head.posts).toHaveLength(2);
});

test('a job that failed is not begun again', async () => {
  head.submit(JSON.stringify({ submission_id: `${made.run}-1`, metadata: {} }));
  Object.assign(head.jobs.get(`${made.run}-1`)!, { status: 'FAILED', message: 'Job entrypoint command failed with exit code 1' });
  expect(await follow()).toMatchObject({ status: 'failed', exitCode: 1, attempts: [{ status: 'failed' }] });
  expect(head.posts).toEqual([]);
});

test('a job that failed is begun again as often as is asked for, and says why', async () => {
  head.stream = (job) => {
    const [status, log] = job.submission_id.endsWith('-3') ? ['SUCCEEDED' as const, RESULT.replace('"attempt":2', '"attempt":3')] : ['FAILED' as const, ''];
    Object.assign(job, { status, log, message: 'Job entrypoint command failed with exit code 1' });
    return { frames: [] };
  };
  head.submit(JSON.stringify({ submission_id: `${made.run}-1`, metadata: {} }));
  const notices: string[] = [];
  const report = await follow({ resubmit: { runtimeUrl: undefined, attempts: 3 }, listener: { onNotice: (text) => notices.push(text) } });
  expect(report).toMatchObject({ status: 'succeeded', exitCode: 0, attempts: [{ status: 'failed' }, { status: 'failed' }, { submissionId: `${made.run}-3`, status: 'succeeded' }] });
  expect(report.error).toBeUndefined();
  expect(notices).toEqual([2, 3].map((n) => `Job entrypoint command failed with exit code 1; starting attempt ${n}, which goes on from the checkpoints`));
});

test('a job that fails each time has failed after as many attempts as were asked for, and a lost head is none of them', async () => {
  head.stream = (job) => {
    if (job.submission_id.endsWith('-2')) {
      head.jobs.delete(job.submission_id);
      head.sessionName += '+';
    } else {
      Object.assign(job, { status: 'FAILED', message: 'exit code 1' });
    }
    return { frames: [] };
  };
  head.submit(JSON.stringify({ submission_id: `${made.run}-1`, metadata: {} }));
  const report = await follow({ resubmit: { runtimeUrl: undefined, attempts: 2 } });
  expect(report).toMatchObject({ status: 'failed', exitCode: 1, attempts: [{ status: 'failed', reason: 'exit code 1' }, { status: 'lost' }, { status: 'failed', reason: 'exit code 1' }] });
  expect(head.posts).toHaveLength(2);
});

test('who gives up between two attempts leaves the next one prepared, for whoever submits the job again', async () => {
  head.submit(JSON.stringify({ submission_id: `${made.run}-1`, metadata: {} }));
  Object.assign(head.jobs.get(`${made.run}-1`)!, { status: 'FAILED', message: 'exit code 1' });
  const controller = new AbortController();
  const onNotice = () => setTimeout(() => controller.abort(), 50);
  await expect(follow({ signal: controller.signal, resubmit: { runtimeUrl: undefined, attempts: 2 }, listener: { onNotice } })).rejects.toThrow('aborted');
  expect([store.find(made.run)!.attempts, head.posts]).toMatchObject([[{ state: 'failed' }, { state: 'prepared' }], []]);
});

test('a run that is stopped between two attempts has been stopped, at once, and no other attempt is submitted', async () => {
  const failed = { state: 'failed' } as const; // six times: the pause after a seventh is longer than a test may take
  made = store.save(Array.from({ length: 6 }).reduce((run: RunRecord) => withNextAttempt(withAttempt(run, failed), new Date()), made));
  made = store.save(withAttempt(made, { state: 'submitted', sessionName: 'session_1' }));
  head.submit(JSON.stringify({ submission_id: `${made.run}-7`, metadata: {} }));
  Object.assign(head.jobs.get(`${made.run}-7`)!, { status: 'FAILED', message: 'exit code 1' });
  let stopped: Promise<RunReport> | undefined;
  const stop = () => { stopped = stopRun(store.find(made.run)!, new RayJobsClient(head.address, 'secret-token'), store); };
  const report = await follow({ resubmit: { runtimeUrl: undefined, attempts: 9 }, listener: { onNotice: () => setTimeout(stop, 50) } });
  const end = { status: 'stopped', exitCode: ExitCode.STOPPED };
  expect([await stopped, report]).toMatchObject([end, end]);
  expect(lastAttempt(store.find(made.run)!)).toMatchObject({ attempt: 8, state: 'stopped', reason: 'stopped before it began' });
  expect(head.posts).toEqual([]);
});

test('an attempt that another submitter has begun meanwhile is followed, not submitted again', async () => {
  head.submit(JSON.stringify({ submission_id: `${made.run}-1`, metadata: {} }));
  Object.assign(head.jobs.get(`${made.run}-1`)!, { status: 'FAILED', message: 'exit code 1' });
  const onNotice = () => setTimeout(() => {
    head.submit(JSON.stringify({ submission_id: `${made.run}-2`, metadata: {} }));
    succeeds();
    store.save(withAttempt(store.find(made.run)!, { state: 'submitted', submittedAt: new Date().toISOString(), sessionName: 'session_1' }));
  }, 50);
  const report = await follow({ resubmit: { runtimeUrl: undefined, attempts: 2 }, listener: { onNotice } });
  expect([report, head.posts]).toMatchObject([{ status: 'succeeded', attempts: [{ status: 'failed' }, { status: 'succeeded' }] }, []]);
});

test.each(['succeeded', 'failed', 'stopped'] as const)('a run that has %s is not begun again when its head is gone', async (state) => {
  made = store.save(withAttempt(made, { state, endedAt: new Date().toISOString() }));
  head.sessionName = 'session_2';
  expect(await follow()).toMatchObject({ status: state, attempts: [{ status: state }] });
  expect([head.posts, store.find(made.run)!.attempts]).toMatchObject([[], [{ state }]]);
});

test('a cluster that stays out of reach ends it with 5 and the command to attach by, and the record stays open', async () => {
  head.fault = (_, response) => { response.destroy(); return true; };
  await expect(follow({ contactTimeoutMs: 300 })).rejects.toMatchObject({ code: 'LOST_CONTACT', exitCode: 5, fix: expect.stringContaining(`geneva-stack attach ${made.run}`) as string });
  expect(store.find(made.run)!.attempts).toMatchObject([{ state: 'submitted' }]);
});
