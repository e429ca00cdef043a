import { setTimeout as sleep } from 'timers/promises';
import { ScriptedHead, ScriptedJob } from './scripted-head';
import { LogTail } from '../../src/submitter/log-tail';
import { RayJobsClient } from '../../src/submitter/ray-jobs';

const TEXT = Array.from({ length: 200 }, (_, index) => `line ${index} — ünï¢ödé 日本`).join('\n');
const LOG = Buffer.from(`${TEXT}\n`);

/** Fake ones, and all else as it is: real sockets need it. */
const INTERVALS: Parameters<typeof jest.useFakeTimers>[0] = { doNotFake: ['Date', 'hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate', 'setTimeout', 'clearTimeout'] };

let head: ScriptedHead;
beforeEach(async () => { head = await ScriptedHead.start(); });
afterEach(async () => head.stop());

function tailOf(log = LOG, drained?: () => Promise<void> | undefined): { tail: LogTail; lines: string[] } {
  const job: ScriptedJob = { submission_id: 'j', status: 'RUNNING', metadata: {}, log: log.toString(), start_time: 0 };
  head.jobs.set('j', job);
  const lines: string[] = [];
  return { tail: new LogTail(new RayJobsClient(head.address, 'secret-token'), 'j', { onLine: (line) => lines.push(line), drained }), lines };
}

/** Whole characters only, as Ray sends text frames. */
function upTo(bytes: number): Buffer {
  return Buffer.from(LOG.subarray(0, bytes).toString('utf8').replace(/\uFFFD+$/, ''));
}

test.each([[1000, false], [1006, true], [1009, false], [1011, false]])('a stream that ends with %i again and again loses and doubles no byte', async (code, cut) => {
  const { tail, lines } = tailOf();
  head.stream = (_, connection) => ({ frames: [connection < 9 ? upTo(500 * (connection + 1)) : LOG], code: cut ? undefined : code, cut });
  for (let connection = 0; connection < 10; connection++) {
    expect(await tail.stream()).toBe('closed');
  }
  expect(lines.join('\n')).toBe(TEXT);
});

test('a stream that breaks in the middle of a character loses and doubles no byte', async () => {
  const { tail, lines } = tailOf();
  const middle = LOG.indexOf('ï') + 1;
  head.stream = (_, connection) => ({ frames: connection === 0 ? [upTo(100), LOG.subarray(Buffer.byteLength(upTo(100)), middle)] : [LOG] });
  expect([await tail.stream(), await tail.stream()]).toEqual(['closed', 'closed']);
  expect(lines.join('\n')).toBe(TEXT);
});

test('a connection whose other side is gone without a word is given up, and the log taken up again', async () => {
  jest.useFakeTimers(INTERVALS);
  try {
    const { tail, lines } = tailOf();
    head.stream = (_, connection) => ({ frames: [connection === 0 ? upTo(500) : LOG], stays: connection === 0, deaf: connection === 0 });
    const first = tail.stream();
    while (lines.length === 0) { await new Promise(setImmediate); }
    jest.advanceTimersByTime(60_000);
    expect([await first, await tail.stream()]).toEqual(['closed', 'closed']);
    expect(lines.join('\n')).toBe(TEXT);
  } finally {
    jest.useRealTimers();
  }
});

describe('a reader that is behind', () => {
  const FRAMES = Array.from({ length: 300 }, (_, i) => Buffer.from(`frame ${i} ${'x'.repeat(99_989)}\n`));

  /** A tail whose reader takes nothing more until `take` is called. */
  function behind(stays = false) {
    let take = () => undefined as void;
    const taken = new Promise<void>((resolve) => { take = resolve; });
    let waits: Promise<void> | undefined = taken;
    void taken.then(() => { waits = undefined; });
    head.stream = () => ({ frames: FRAMES, code: 1000, stays });
    return { ...tailOf(LOG, () => waits), take };
  }

  test('is waited for, with the rest of the log where it is, and gets each line once', async () => {
    const { tail, lines, take } = behind();
    const stream = tail.stream();
    await sleep(300);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.length).toBeLessThan(20); // of 30 MB: what was on its way
    take();
    expect(await stream).toBe('closed');
    expect(lines.map((line) => line.slice(0, 10))).toEqual(FRAMES.map((frame) => frame.toString('utf8').slice(0, 10)));
  });

  test('is no dead connection', async () => {
    jest.useFakeTimers(INTERVALS);
    try {
      const { tail, lines, take } = behind();
      const stream = tail.stream();
      while (lines.length === 0) { await new Promise(setImmediate); }
      jest.advanceTimersByTime(200_000);
      await sleep(50);
      take();
      expect(await stream).toBe('closed');
      expect(lines).toHaveLength(FRAMES.length);
    } finally {
      jest.useRealTimers();
    }
  });

  test('keeps nobody from ending', async () => {
    const { tail, lines } = behind(true);
    const controller = new AbortController();
    const stream = tail.stream(controller.signal);
    while (lines.length === 0) { await sleep(10); }
    controller.abort();
    expect(await stream).toBe('closed');
  });
});

test('where WebSockets are refused, the log is polled, each byte once', async () => {
  const { tail, lines } = tailOf();
  expect(await tail.stream()).toBe('refused');
  head.jobs.get('j')!.log = upTo(777).toString();
  await tail.poll();
  head.jobs.get('j')!.log = LOG.toString();
  await tail.poll();
  await tail.poll();
  expect(lines.join('\n')).toBe(TEXT);
});

test('a last line without an end comes with the flush, once', async () => {
  const { tail, lines } = tailOf(Buffer.from('a\nb'));
  await tail.poll();
  expect(lines).toEqual(['a']);
  tail.flush();
  tail.flush();
  expect(lines).toEqual(['a', 'b']);
});

test('an abort ends a stream that goes on', async () => {
  const { tail } = tailOf();
  head.stream = () => ({ frames: [LOG], stays: true });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  expect(await tail.stream(controller.signal)).toBe('closed');
});

test('a stream that was aborted before it began ends at once', async () => {
  const { tail } = tailOf();
  head.stream = () => ({ frames: [LOG], stays: true });
  expect(await tail.stream(AbortSignal.abort())).toBe('closed');
});
