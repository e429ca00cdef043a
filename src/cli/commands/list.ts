import { ExitCode } from '../../submitter/exit-code';
import { runHistory } from '../../submitter/run-history';
import { RunRecord, withOthers } from '../../submitter/run-record';
import { RunReport } from '../../submitter/run-report';
import { RunStore } from '../../submitter/run-store';
import { listRuns } from '../../submitter/runs';
import { runsWithClusters } from '../../submitter/runs-with-clusters';
import { stateDirectory } from '../../submitter/state-directory';
import { SubmitterError } from '../../submitter/submitter-error';
import { isLocalHeadDown, Target } from '../../submitter/target';
import { connectTo, historySoFar } from '../connection';
import { table } from '../format';
import { Io } from '../io';
import { TargetOptions, targetOf } from '../options';

/** `geneva-stack list` */
export async function listCommand(io: Io, options: TargetOptions): Promise<ExitCode> {
  const store = new RunStore(stateDirectory());
  const target = await targetOf(options).catch((error: unknown) => {
    if (!isLocalHeadDown(error)) { throw error; }
    return undefined;
  });
  const runs = target ? await ofTarget(io, target, store, options) : await withoutHead(io, store);
  const rows = runs.map((run) => [run.run, run.status, String(run.attempts.length), String(run.rows)]);
  io.results(runs, () => (runs.length === 0 ? 'no runs yet: geneva-stack submit JOB' : table([['RUN', 'STATUS', 'ATTEMPTS', 'ROWS'], ...rows])));
  return ExitCode.OK;
}

async function ofTarget(io: Io, target: Target, store: RunStore, options: TargetOptions): Promise<RunReport[]> {
  const own = await withOwnClusters(target, store, options);
  const earlier = target.isLocal ? await ofHeadsHere(store, ({ address }) => address !== target.address) : [];
  return [...earlier, ...await onHead(io, target, store, own.length > 0), ...own];
}

/** What this machine heard of the runs of its heads: without one, none of them goes on. */
async function withoutHead(io: Io, store: RunStore): Promise<RunReport[]> {
  io.say('no Ray head runs on this machine, so none was asked: these are the runs that it has records of');
  return ofHeadsHere(store, () => true);
}

/** Runs on heads of this machine that are there no more. */
async function ofHeadsHere(store: RunStore, isMeant: (record: RunRecord) => boolean): Promise<RunReport[]> {
  const records = store.all().filter((record) => record.target === 'local' && isMeant(record));
  return Promise.all(records.map(async (record) => (await runHistory(record, store, undefined)).report));
}

/** Runs that have, or had, clusters of their own: those of this machine, and what others submitted as long as their RayJobs are there. */
async function withOwnClusters(target: Target, store: RunStore, options: TargetOptions): Promise<RunReport[]> {
  const here = store.all().filter((record) => record.rayJob !== undefined && record.target === target.name);
  const records = withOthers(here, target.cluster ? await runsWithClusters(target.cluster, target.name) : []);
  return Promise.all(records.map(async (record) => (await historySoFar(record.run, options, record)).report));
}

/** Runs on the head. Without it, what there is beside it is all that can be told. */
async function onHead(io: Io, target: Target, store: RunStore, hasOthers: boolean): Promise<RunReport[]> {
  try {
    return await listRuns(await connectTo(target), store, target.name);
  } catch (error) {
    if (!hasOthers || !(error instanceof SubmitterError) || error.exitCode !== ExitCode.NOT_READY) { throw error; }
    io.say(`without the runs on the head: ${error.message}`);
    return [];
  }
}
