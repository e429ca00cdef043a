import { chooseRun, RunRequest } from '../../src/submitter/choose-run';
import { deliver } from '../../src/submitter/deliver';
import { RayJobsClient } from '../../src/submitter/ray-jobs';
import { lastAttempt, RunRecord } from '../../src/submitter/run-record';
import { RunStore } from '../../src/submitter/run-store';
import { temporaryDirectory } from '../temporary-directory';
import { BACKFILL, SPEC } from './sample';
import { ScriptedHead } from './scripted-head';

let head: ScriptedHead;
let store: RunStore;
beforeEach(async () => {
  head = await ScriptedHead.start();
  store = new RunStore(temporaryDirectory());
});
afterEach(async () => head.stop());

const client = () => new RayJobsClient(head.address, 'secret-token');
const request = (changes: Partial<RunRequest> = {}): RunRequest => ({ environment: 'features', namespace: 'features', target: 'local', spec: SPEC, rerun: false, ...changes });

/** What `submit --detach` does, up to the answer. */
async function submitted(changes: Partial<RunRequest> = {}, records = store): Promise<RunRecord> {
  return records.exclusively('features', 'word-count', async () => {
    const { record, job } = await chooseRun(request(changes), client(), records);
    return job || lastAttempt(record).state !== 'prepared' ? record : deliver(record, client(), records, { runtimeUrl: 'file:///r.zip', sessionName: 'session_1' });
  });
}

function end(record: RunRecord, status: 'SUCCEEDED' | 'FAILED'): void {
  Object.assign(head.jobs.get(lastAttempt(record).submissionId)!, { status, end_time: 1_700_000_001_000 });
}

describe('what is sent', () => {
  test('the entrypoint is constant, the spec travels in the environment', async () => {
    const record = await submitted({ spec: { ...SPEC, job: { ...BACKFILL, where: "x = '$(touch /tmp/x)'; `id`" } } });
    const post = JSON.parse(head.posts[0]) as { entrypoint: string; runtime_env: { env_vars: Record<string, string>; py_modules: string[] } };
    expect(post.entrypoint).toBe('python -m backfill_runtime');
    expect(post.runtime_env.py_modules).toEqual(['file:///r.zip']);
    expect(JSON.parse(post.runtime_env.env_vars.BACKFILL_JOB_SPEC)).toMatchObject({ schema: 'runtime-job-spec/v1', run: record.run, attempt: 1, job: { where: "x = '$(touch /tmp/x)'; `id`" } });
  });

  test('no token is in the submission or in the record', async () => {
    const record = await submitted();
    expect(head.posts[0] + JSON.stringify(record)).not.toContain('secret-token');
  });
});

describe('one Ray job for a run', () => {
  test('an answer that is lost after the job was taken does not make a second one', async () => {
    let lost = 1;
    head.fault = (message, response) => {
      if (message.method !== 'POST' || lost-- <= 0) { return false; }
      head.submit(head.posts[0]);
      response.destroy();
      return true;
    };
    const record = await submitted();
    expect([head.jobs.size, head.posts.length, lastAttempt(record).state]).toEqual([1, 1, 'submitted']);
  });

  test('a POST that never arrived is sent again', async () => {
    let lost = 2;
    head.fault = (message, response) => {
      if (message.method !== 'POST' || lost-- <= 0) { return false; }
      if (lost === 1) { response.destroy(); } else { response.writeHead(500).end('No available agent to submit job, please try again later.'); }
      return true;
    };
    await submitted();
    expect([head.jobs.size, head.posts.length]).toEqual([1, 3]);
  });

  test('a 500 that says the id is taken adopts the job', async () => {
    const first = await submitted({ runKey: 'k1' });
    const elsewhere = new RunStore(temporaryDirectory()); // another machine that did not see the job list in time
    const record = elsewhere.save({ ...first, attempts: [{ ...lastAttempt(first), state: 'prepared' }] });
    const delivered = await deliver(record, client(), elsewhere, { runtimeUrl: undefined, sessionName: 'session_1' });
    expect([head.jobs.size, lastAttempt(delivered).state]).toEqual([1, 'submitted']);
  });

  test('a job that has our id and another spec is a conflict', async () => {
    const first = await submitted({ runKey: 'k1' });
    const other = { ...first, specDigest: 'f'.repeat(64) };
    await expect(deliver(other, client(), store, { runtimeUrl: undefined, sessionName: 'session_1' })).rejects.toMatchObject({ code: 'SUBMISSION_CONFLICT', exitCode: 8 });
  });

  test('a 400 is a refusal, told with Ray\'s last line', async () => {
    head.fault = (message, response) => {
      if (message.method !== 'POST') { return false; }
      response.writeHead(400).end('Traceback (most recent call last):\n  ...\nTypeError: unexpected keyword argument');
      return true;
    };
    await expect(submitted()).rejects.toMatchObject({ code: 'SUBMISSION_REFUSED', message: expect.stringContaining('TypeError: unexpected keyword argument') });
  });

  test('ten submitters at once on one machine start one job', async () => {
    const records = await Promise.all(Array.from({ length: 10 }, () => submitted()));
    expect([head.jobs.size, new Set(records.map(({ run }) => run)).size]).toEqual([1, 1]);
  });

  test('five machines at once with the same run key start one job', async () => {
    const records = await Promise.all(Array.from({ length: 5 }, () => submitted({ runKey: 'nightly-1' }, new RunStore(temporaryDirectory()))));
    expect([head.jobs.size, new Set(records.map(({ run }) => run)).size]).toEqual([1, 1]);
  });
});

describe('which run a submit means', () => {
  test('a run of the same spec that is under way is adopted', async () => {
    const first = await submitted();
    expect((await submitted()).run).toBe(first.run);
  });

  test('one that another machine started is adopted, too', async () => {
    const first = await submitted({}, new RunStore(temporaryDirectory()));
    expect((await submitted()).run).toBe(first.run);
  });

  test('a run that was recorded and never sent is sent', async () => {
    const { record } = await chooseRun(request(), client(), store); // killed here
    expect(head.jobs.size).toBe(0);
    expect((await submitted()).run).toBe(record.run);
    expect(head.jobs.size).toBe(1);
  });

  test('once it has ended, the next submit is a new run', async () => {
    const first = await submitted();
    end(first, 'SUCCEEDED');
    const second = await submitted();
    expect(second.run).not.toBe(first.run);
    expect(lastAttempt(store.find(first.run)!).state).toBe('succeeded');
  });

  test('another spec is another run', async () => {
    const first = await submitted();
    const second = await submitted({ spec: { ...SPEC, job: { ...BACKFILL, where: 'true' } } });
    expect([second.run === first.run, head.jobs.size]).toEqual([false, 2]);
  });

  test('--rerun always starts a new one', async () => {
    const first = await submitted();
    expect((await submitted({ rerun: true })).run).not.toBe(first.run);
  });

  test('a run key has at most one run, also after it ended', async () => {
    const first = await submitted({ runKey: 'nightly-1' });
    end(first, 'FAILED');
    expect((await submitted({ runKey: 'nightly-1' })).run).toBe(first.run);
    expect(head.jobs.size).toBe(1);
  });

  test('a run key with another spec is a conflict that names both', async () => {
    const first = await submitted({ runKey: 'nightly-1' });
    const spec = { ...SPEC, job: { ...BACKFILL, where: 'true' } };
    await expect(submitted({ runKey: 'nightly-1', spec })).rejects.toMatchObject({ code: 'RUN_KEY_CONFLICT', exitCode: 8, message: expect.stringContaining(first.run) });
  });

  test('a run with a given key is not adopted by a submit without one', async () => {
    const first = await submitted({ runKey: 'nightly-1' });
    expect((await submitted()).run).not.toBe(first.run);
  });

  test('a run whose head is gone goes on as a second attempt of the same run', async () => {
    const first = await submitted();
    head.jobs.clear();
    head.sessionName = 'session_2';
    const second = await submitted();
    expect(second.run).toBe(first.run);
    expect(second.attempts.map(({ attempt, state }) => [attempt, state])).toEqual([[1, 'lost'], [2, 'submitted']]);
    expect([...head.jobs.keys()]).toEqual([`${first.run}-2`]);
  });

  test('the outcome of a run key is known after its head is gone', async () => {
    const first = await submitted({ runKey: 'nightly-1' });
    end(first, 'SUCCEEDED');
    await submitted({ runKey: 'nightly-1' });
    store.save({ ...first, attempts: [{ ...lastAttempt(first), state: 'succeeded' }] });
    head.jobs.clear();
    expect(lastAttempt(await submitted({ runKey: 'nightly-1' })).state).toBe('succeeded');
    expect(head.jobs.size).toBe(0);
  });
});
