import { ExitCode } from '../../submitter/exit-code';
import { follow } from '../../submitter/follow';
import { RunProgress } from '../../submitter/run-progress';
import { lastAttempt } from '../../submitter/run-record';
import { runReport } from '../../submitter/run-report';
import { parseEvent, RuntimeEvent } from '../../submitter/runtime-event';
import { openRun } from '../connection';
import { Io } from '../io';
import { RunHeadOptions } from '../options';
import { runHere } from '../run-here';

/** How long `logs -f` waits for a cluster that is out of reach. */
const CONTACT_MS = 300_000;

/** `geneva-stack logs RUN`: the user's own output; with `--output ndjson` the events too. */
export async function logsCommand(io: Io, typed: string, options: RunHeadOptions & { follow?: boolean }): Promise<ExitCode> {
  const { client, record } = await openRun(runHere(io, typed), options);
  const { run } = record;
  const { submissionId, sessionName } = lastAttempt(record);
  const line = (text: string) => {
    if (io.mode === 'text') { process.stdout.write(`${text}\n`); } else { io.event({ line: text }); }
  };
  if (options.follow) {
    const progress = RunProgress.of(record);
    const onEvent = (event: RuntimeEvent) => {
      progress.apply(event);
      io.event(event);
    };
    const listener = { onLine: line, onEvent, onNotice: (text: string) => io.say(text), drained: () => io.drained() };
    const end = await follow(client, submissionId, listener, { sessionName, contactTimeoutMs: CONTACT_MS });
    if (end.kind !== 'ended') {
      io.say(end.reason);
      return ExitCode.LOST_CONTACT;
    }
    return runReport(record, end.job, progress).exitCode; // not by the log once more: it may be large
  }
  const log = await client.logs(submissionId);
  if (io.mode === 'json') {
    io.result({ run, submissionId, log }, () => log);
    return ExitCode.OK;
  }
  for (const text of log.replace(/\n$/, '').split('\n')) {
    const event = parseEvent(text);
    if (event) { io.event(event); } else { line(text); }
  }
  return ExitCode.OK;
}
