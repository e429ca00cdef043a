import { ScriptedHead, ScriptedJob } from './scripted-head';
import { follow, FollowEnd } from '../../src/submitter/follow';
import { RayJobsClient } from '../../src/submitter/ray-jobs';
import { RuntimeEvent } from '../../src/submitter/runtime-event';

const event = (type: string, fields: object = {}) => `${JSON.stringify({ schema: 'runtime-events/v1', type, at: 1, run: 'r', attempt: 1, ...fields })}\n`;
const RESULT = event('result', { table: 't', tableVersion: 2, rows: 10, fragments: 1, bytesWritten: 5, seconds: 1 });

let head: ScriptedHead;
let job: ScriptedJob;
beforeEach(async () => {
  head = await ScriptedHead.start();
  job = { submission_id: 'j', status: 'RUNNING', metadata: {}, log: '', start_time: 0 };
  head.jobs.set('j', job);
});
afterEach(async () => head.stop());

async function followed(options: { contactTimeoutMs?: number; token?: string; sessionName?: string } = {}) {
  const [lines, events, notices] = [[] as string[], [] as RuntimeEvent[], [] as string[]];
  const listener = {
    onLine: (line: string) => lines.push(line),
    onEvent: (seen: RuntimeEvent) => events.push(seen),
    onNotice: (text: string) => notices.push(text),
  };
  const client = new RayJobsClient(head.address, options.token ?? 'secret-token');
  const limits = { contactTimeoutMs: options.contactTimeoutMs ?? 2_000, sessionName: options.sessionName ?? 'session_1' };
  const end: FollowEnd = await follow(client, 'j', listener, limits);
  return { end, lines, events, notices };
}

test('a stream that closes with 1000 while the job runs is taken up again', async () => {
  head.stream = (_, connection) => ({ frames: [Buffer.from('one\ntwo\nthree\n'.slice(0, 4 + 4 * connection))] });
  head.onStreamEnd = (connection) => {
    if (connection === 2) { Object.assign(job, { status: 'SUCCEEDED', log: 'one\ntwo\nthree\n' }); }
  };
  const { end, lines } = await followed();
  expect(end).toMatchObject({ kind: 'ended', job: { status: 'SUCCEEDED' } });
  expect(lines).toEqual(['one', 'two', 'three']);
  expect(head.connections).toBeGreaterThanOrEqual(3);
});

test('what was written between the end of the stream and the end of the job is not lost', async () => {
  head.stream = () => ({ frames: [Buffer.from('one\n')] });
  head.onStreamEnd = () => Object.assign(job, { status: 'FAILED', log: `one\n${event('error', { code: 'X', message: 'm', fix: 'f' })}last` });
  const { lines, events } = await followed();
  expect(lines).toEqual(['one', 'last']);
  expect(events.map(({ type }) => type)).toEqual(['error']);
});

test('once the runtime said its last word, the end of the job is not waited for by way of the stream', async () => {
  head.stream = () => ({ frames: [Buffer.from(RESULT)], stays: true });
  setTimeout(() => Object.assign(job, { status: 'SUCCEEDED', log: RESULT }), 300);
  const { end, events } = await followed();
  expect([end.kind, events.length]).toEqual(['ended', 1]);
});

test('where WebSockets are refused, the log is polled', async () => {
  job.log = 'one\n';
  setTimeout(() => Object.assign(job, { status: 'SUCCEEDED', log: `one\n${RESULT}two\n` }), 300);
  const { lines, events } = await followed();
  expect([lines, events.length]).toEqual([['one', 'two'], 1]);
});

test('a cluster that is out of reach for a while is waited for', async () => {
  let failures = 4;
  head.fault = (_, response) => {
    if (failures-- <= 0) { return false; }
    if (failures % 2) { response.destroy(); } else { response.writeHead(503).end('try later'); }
    return true;
  };
  job.status = 'SUCCEEDED';
  const { end, notices } = await followed({ contactTimeoutMs: 15_000 });
  expect(end.kind).toBe('ended');
  expect(notices[0]).toContain(`no contact with ${head.address}`);
});

test('a clock that is set forward meanwhile does not shorten the wait', async () => {
  let failures = 2;
  head.fault = (_, response) => {
    if (failures-- <= 0) { return false; }
    response.destroy();
    return true;
  };
  job.status = 'SUCCEEDED';
  const now = Date.now();
  const jumping = jest.spyOn(Date, 'now').mockImplementation(() => now + (2 - failures) * 3_600_000);
  try {
    expect((await followed({ contactTimeoutMs: 15_000 })).end.kind).toBe('ended');
  } finally {
    jumping.mockRestore();
  }
});

test('the token goes with each request and each stream, in both headers', async () => {
  head.stream = () => ({ frames: [] });
  head.onStreamEnd = () => { job.status = 'SUCCEEDED'; };
  await followed();
  expect(head.connections).toBe(1);
  expect(head.headers.length).toBeGreaterThan(2);
  head.headers.forEach((sent) => expect(sent).toMatchObject({ 'authorization': 'Bearer secret-token', 'x-ray-authorization': 'Bearer secret-token' }));
});

test('a cluster that stays out of reach is given up after the limit', async () => {
  head.fault = (_, response) => { response.destroy(); return true; };
  const { end } = await followed({ contactTimeoutMs: 700 });
  expect(end).toMatchObject({ kind: 'no-contact' });
});

test('a head that was replaced has lost the job', async () => {
  head.jobs.clear();
  head.sessionName = 'session_2';
  expect((await followed()).end).toEqual({ kind: 'lost', reason: 'the Ray head was replaced' });
});

test('a head that does not know the job has lost it', async () => {
  head.jobs.clear();
  expect((await followed()).end).toEqual({ kind: 'lost', reason: 'the Ray head does not know the submission' });
});

test('a token that is refused is an error at once', async () => {
  await expect(followed({ token: 'wrong' })).rejects.toMatchObject({ code: 'NOT_AUTHORIZED', exitCode: 6 });
});

test('an abort ends following', async () => {
  head.stream = () => ({ frames: [], stays: true });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  const client = new RayJobsClient(head.address, 'secret-token');
  await expect(follow(client, 'j', {}, { contactTimeoutMs: 1_000, signal: controller.signal })).rejects.toThrow('aborted');
});
