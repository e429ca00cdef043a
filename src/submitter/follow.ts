import { setTimeout as sleep } from 'timers/promises';
import { jittered } from './jitter';
import { LineTaker, LogTail } from './log-tail';
import { NoContactError } from './no-contact';
import { isTerminal, RayJob, RayJobsClient } from './ray-jobs';
import { parseEvent, RuntimeEvent } from './runtime-event';

/** Who hears what a run says. Lines are those of the user's own output. */
export interface RunListener extends Partial<LineTaker> {
  onEvent?(event: RuntimeEvent): void;
  /** Something about the connection that a person may want to know. */
  onNotice?(text: string): void;
}

/** How following ended. `lost`: the head that had the job is gone. */
export type FollowEnd =
  | { readonly kind: 'ended'; readonly job: RayJob }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'no-contact'; readonly reason: string };

/** Limits of following. */
export interface FollowOptions {
  /** Session that took the submission. */
  readonly sessionName?: string;
  /** How long the cluster may be out of reach. */
  readonly contactTimeoutMs: number;
  readonly signal?: AbortSignal;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

/** Above it, the rest of a log is streamed; below, one request is faster than the two seconds that Ray takes to end a stream. */
const LARGE_LOG_BYTES = 8 * 2 ** 20;

/** How often the status is asked for once the runtime has said its last word. */
const END_PAUSE_MS = 200;

/** Follows a submission to its true end: a stream that closes proves nothing, only a terminal status does. */
export async function follow(client: RayJobsClient, submissionId: string, listener: RunListener, options: FollowOptions): Promise<FollowEnd> {
  const lastWord = new AbortController();
  const tail = new LogTail(client, submissionId, { onLine: (line) => hear(line, listener, lastWord), drained: () => listener.drained?.() });
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const streamed = await readLog(tail, whenEnded(client, submissionId, lastWord.signal), options.signal);
    const state = await statusOf(client, submissionId, listener, options);
    if (state.kind !== 'job') { return state; }
    if (isTerminal(state.job.status)) {
      await drain(tail);
      return { kind: 'ended', job: state.job };
    }
    if (streamed) { pause = FIRST_PAUSE_MS; }
    await sleep(jittered(pause), undefined, { signal: options.signal });
  }
}

function hear(line: string, listener: RunListener, lastWord: AbortController): void {
  const event = parseEvent(line);
  if (!event) {
    listener.onLine?.(line);
    return;
  }
  listener.onEvent?.(event);
  if (event.type === 'result' || event.type === 'error') { lastWord.abort(); }
}

/** Ends with the job, so that nobody waits for the stream to close: that takes Ray two seconds more. */
function whenEnded(client: RayJobsClient, submissionId: string, lastWord: AbortSignal): AbortSignal {
  const ended = new AbortController();
  const watch = async () => {
    for (let tries = 0; tries < 50; tries++) {
      const job = await client.job(submissionId);
      if (!job || isTerminal(job.status)) { return; }
      await sleep(END_PAUSE_MS);
    }
  };
  const end = () => { watch().catch(() => undefined).finally(() => ended.abort()); }; // the status that is asked for next tells errors
  if (lastWord.aborted) { end(); } else { lastWord.addEventListener('abort', end, { once: true }); }
  return ended.signal;
}

async function readLog(tail: LogTail, ended: AbortSignal, signal?: AbortSignal): Promise<boolean> {
  signal?.throwIfAborted();
  const streamed = await tail.stream(signal ? AbortSignal.any([ended, signal]) : ended) === 'closed';
  signal?.throwIfAborted();
  if (!streamed) { await pollQuietly(tail); }
  return streamed;
}

/** What was written between the end of the stream and the end of the job. */
async function drain(tail: LogTail): Promise<void> {
  if (tail.bytes > LARGE_LOG_BYTES) { await tail.stream(); } else { await pollQuietly(tail); }
  tail.flush();
}

async function pollQuietly(tail: LogTail): Promise<void> {
  try {
    await tail.poll();
  } catch (error) {
    if (!(error instanceof NoContactError)) { throw error; } // whether there is contact, the status tells
  }
}

type State = { readonly kind: 'job'; readonly job: RayJob } | Exclude<FollowEnd, { kind: 'ended' }>;

async function statusOf(client: RayJobsClient, submissionId: string, listener: RunListener, options: FollowOptions): Promise<State> {
  const deadline = performance.now() + options.contactTimeoutMs; // the clock on the wall may be set meanwhile
  let noticed = false;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      const job = await client.job(submissionId);
      if (job) { return { kind: 'job', job }; }
      const { session_name } = await client.version();
      const replaced = options.sessionName !== undefined && session_name !== options.sessionName;
      return { kind: 'lost', reason: replaced ? 'the Ray head was replaced' : 'the Ray head does not know the submission' };
    } catch (error) {
      if (!(error instanceof NoContactError)) { throw error; }
      if (performance.now() + pause > deadline) { return { kind: 'no-contact', reason: `${client.address}: ${error.message}` }; }
      if (!noticed) { listener.onNotice?.(`no contact with ${client.address} (${error.message}); trying again`); }
      noticed = true;
      await sleep(jittered(pause), undefined, { signal: options.signal });
    }
  }
}
