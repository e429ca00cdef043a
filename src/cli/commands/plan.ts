import { bytes, counted } from '../../submitter/amounts';
import { ExitCode } from '../../submitter/exit-code';
import { openStack } from '../../submitter/kubernetes/stack-config-map';
import { applyOverrides } from '../../submitter/overrides';
import { planJob } from '../../submitter/plan/plan-job';
import { GroupFit, PlanCounts, PlanReport } from '../../submitter/plan/plan-report';
import { findJob } from '../../submitter/stack';
import { stateDirectory } from '../../submitter/state-directory';
import { describeFailure, table } from '../format';
import { Io } from '../io';
import { TargetOptions, targetOf } from '../options';
import { isRaysOwn } from '../rays-own';

/** `geneva-stack plan JOB` */
export async function planCommand(io: Io, jobName: string, options: TargetOptions & { stack: string; set: string[] }): Promise<ExitCode> {
  const stack = await openStack(options.stack, options);
  const report = await planJob({
    stack,
    job: applyOverrides(findJob(stack.descriptor, jobName), options.set),
    target: options.target === 'local' ? undefined : await targetOf(options, stack),
    stateDirectory: stateDirectory(),
    onProgress: (text) => io.say(text),
    onLine: (line) => { if (!isRaysOwn(line)) { io.say(`  | ${line}`); } },
  });
  io.result(report, () => describePlan(report));
  return report.exitCode;
}

/** What a submit would do, for people. */
export function describePlan(report: PlanReport): string {
  const { counts, groups, bundle, notes, error } = report;
  const rows = [
    ...counts ? countRows(counts) : [],
    ['an actor', actorText(report)],
    ...groups.map((group) => [`group ${group.name}`, groupText(group)]),
    ...bundle ? [['upload', bundle.shards.missing === 0 ? 'nothing: the bundle is published' : `${bundle.shards.missing} of ${counted(bundle.shards.total, 'shard')}`]] : [],
  ];
  return [
    `${report.job}: ${error ? 'would be refused' : counts ? headline(counts) : 'not counted'}`,
    table(rows.map(([name, text]) => [`  ${name}`, text])),
    ...notes.map((note) => `note: ${note}`),
    ...error ? [describeFailure(error, error.fix)] : [],
  ].join('\n');
}

function headline({ rows, rowsDone, tasks, refresh, reason }: PlanCounts): string {
  if (reason) { return `nothing to compute: ${reason}`; }
  if (refresh?.kind === 'fresh') { return 'the view is fresh: nothing to do'; }
  const done = rowsDone > 0 ? `, of which ${rowsDone.toLocaleString('en')} are saved by earlier runs` : '';
  const why = refresh?.reason ? `; the whole view: ${refresh.reason}` : '';
  return tasks === 0 ? `nothing to compute${refresh?.kind === 'changes' ? ', perhaps rows to remove' : ''}${why}` : `${counted(rows, 'row')} to compute${done}${why}`;
}

function countRows({ table: name, tableVersion, fragments, tasks, actors }: PlanCounts): string[][] {
  return [
    ['table', `${name}, version ${tableVersion}, ${counted(fragments, 'fragment')}`],
    ...tasks > 0 ? [['tasks', `${counted(tasks, 'task')} for ${counted(actors, 'actor')} at once`]] : [],
  ];
}

function actorText({ actor: { cpus, gpus, memoryBytes } }: PlanReport): string {
  return [`${cpus} CPU`, ...gpus > 0 ? [`${gpus} GPU`] : [], memoryBytes === null ? 'no memory reserved' : bytes(memoryBytes)].join(', ');
}

function groupText({ maxWorkers, cpus, gpus, memoryBytes, actorsPerWorker }: GroupFit): string {
  const worker = [`${cpus} CPU`, ...gpus > 0 ? [`${gpus} GPU`] : [], bytes(memoryBytes)].join(', ');
  return `${counted(maxWorkers, 'worker')} at most, each ${worker}: room for ${counted(actorsPerWorker, 'actor')}`;
}
