import { planThere } from '../../../src/submitter/plan/plan-there';
import { RayJobsClient } from '../../../src/submitter/ray-jobs';
import { BACKFILL } from '../sample';
import { ScriptedHead } from '../scripted-head';

let head: ScriptedHead;
beforeEach(async () => { head = await ScriptedHead.start(); });
afterEach(async () => head.stop());

const PLAN = '{"schema":"runtime-events/v1","type":"plan","at":1,"run":"r","attempt":1,"table":"/t","tableVersion":3,"fragments":8,"rows":9,"rowsDone":0,"tasks":6,"concurrency":2}\n';

const plan = async () => planThere({
  client: new RayJobsClient(head.address, 'secret-token'),
  environment: 'features',
  spec: { bundle: null, job: BACKFILL },
  runtimeUrl: 'file:///r.zip',
  onLine: () => undefined,
});

/** Ends each job as soon as its log is asked for. */
function endsWith(log: string, message?: string): void {
  head.fault = (request) => {
    if (request.method === 'GET') { head.jobs.forEach((job) => Object.assign(job, { status: 'SUCCEEDED', log, message })); }
    return undefined;
  };
}

test('is a job that lists as no run, and says what it would do', async () => {
  endsWith(PLAN);
  expect(await plan()).toMatchObject({ plan: { rows: 9, tasks: 6 } });
  const post = JSON.parse(head.posts[0]) as { submission_id: string; entrypoint: string; metadata: object; runtime_env: { py_modules: string[] } };
  expect(post).toMatchObject({ entrypoint: 'python -m backfill_runtime plan', metadata: {}, runtime_env: { py_modules: ['file:///r.zip'] } });
  expect(post.submission_id).toMatch(/^features-word-count-plan-[0-9a-f]{10}$/);
});

test('an answer that is lost after the job was taken is no failure', async () => {
  endsWith(PLAN);
  const ending = head.fault!;
  head.fault = (request, response) => {
    if (request.method !== 'POST') { return ending(request, response); }
    head.submit(head.posts[0]);
    response.destroy();
    return true;
  };
  expect(await plan()).toMatchObject({ plan: { rows: 9 } });
});

test.each([
  [400, 'bad', 'SUBMISSION_REFUSED', 1],
  [500, 'no agent yet', 'SUBMISSION_UNANSWERED', 7],
])('a head that answers %d to it is told', async (status, body, code, exitCode) => {
  head.fault = (request, response) => {
    if (request.method !== 'POST') { return undefined; }
    response.writeHead(status).end(body);
    return true;
  };
  await expect(plan()).rejects.toMatchObject({ code, exitCode, message: expect.stringContaining(body) as string, fix: expect.any(String) as string });
});

test('a job that ends without a word is told, with what Ray says', async () => {
  endsWith('', 'runtime env failed');
  await expect(plan()).rejects.toMatchObject({ code: 'PLAN_FAILED', message: expect.stringContaining('runtime env failed') as string });
});
