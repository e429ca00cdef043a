import { isPlanReport } from './plan-schema';
import { describePlan } from '../../../src/cli/commands/plan';
import { BackfillDescriptor, WorkerGroupDescriptor } from '../../../src/descriptor/stack-descriptor';
import { HeardPlan } from '../../../src/submitter/plan/heard-plan';
import { planReport, PlanFrame } from '../../../src/submitter/plan/plan-report';
import { BACKFILL } from '../sample';

const GPU: WorkerGroupDescriptor = { name: 'gpu', minReplicas: 0, maxReplicas: 8, idleTimeoutSeconds: 60, cpus: 8, memoryBytes: 32e9, gpus: 2 };
const CPU: WorkerGroupDescriptor = { ...GPU, name: 'cpu', maxReplicas: 100, gpus: 0 };

const PLAN = '{"schema":"runtime-events/v1","type":"plan","at":1,"run":"r","attempt":1,"table":"/t","tableVersion":3,"fragments":8,"rows":100,"rowsDone":40,"tasks":6,"concurrency":2}';

function frame(workers: BackfillDescriptor['workers'], changes: Partial<PlanFrame> = {}): PlanFrame {
  return { job: { ...BACKFILL, workers }, environment: 'features', target: 'http://127.0.0.1:8265', workerGroups: [GPU, CPU], bundle: null, notes: [], ...changes };
}

function heard(...lines: string[]) {
  const printed: string[] = [];
  const plan = new HeardPlan((line) => printed.push(line));
  lines.forEach((line) => plan.line(line));
  return { result: plan.result, printed };
}

test('what the runtime counts, what an actor asks for and what the groups have', () => {
  const { result, printed } = heard('imported', PLAN, '');
  const report = planReport(frame({ numGpus: 1, memoryBytes: 10e9 }), result);
  expect(printed).toEqual(['imported']);
  expect(report).toMatchObject({
    exitCode: 0,
    counts: { table: '/t', tableVersion: 3, fragments: 8, rows: 100, rowsDone: 40, tasks: 6, actors: 2 },
    actor: { cpus: 1, gpus: 1, memoryBytes: 10e9 },
    groups: [{ name: 'gpu', maxWorkers: 8, memoryBytes: 32e9, actorsPerWorker: 2 }, { name: 'cpu', maxWorkers: 100, actorsPerWorker: 0 }],
  });
  expect([isPlanReport(report), isPlanReport.errors]).toEqual([true, null]);
});

test('a job that names a group runs on that one only', () => {
  expect(planReport(frame({ group: 'cpu' }), undefined).groups.map(({ name }) => name)).toEqual(['cpu']);
});

test('a view tells how it would be brought up to date', () => {
  const whole = heard(PLAN.replace(/}$/, ',"refresh":"whole","reason":"the view is new"}')).result;
  expect(planReport(frame({}), whole).counts?.refresh).toEqual({ kind: 'whole', reason: 'the view is new' });
});

test('a plan with nothing to compute says why, and how to compute all rows again', () => {
  const { result } = heard(PLAN.replace('"rows":100,"rowsDone":40,"tasks":6', '"rows":0,"rowsDone":0,"tasks":0'));
  const report = planReport(frame({}), result);
  expect(describePlan(report).split('\n')[0]).toBe("word-count: nothing to compute: every row has a value in column 'words'; to compute them again: --set where=true");
  expect([isPlanReport(report), isPlanReport.errors]).toEqual([true, null]);
  expect(planReport(frame({}, { job: { ...BACKFILL, where: 'id > 9' } }), result).counts).not.toHaveProperty('reason');
});

test('what the runtime refuses is refused, with the exit code of a run that failed', () => {
  const { result } = heard('{"schema":"runtime-events/v1","type":"error","at":1,"run":"r","attempt":1,"code":"CANNOT_FIT","message":"no","fix":"less"}');
  const report = planReport(frame({}), result);
  expect(report).toMatchObject({ exitCode: 1, counts: null, error: { code: 'CANNOT_FIT', message: 'no', fix: 'less' } });
  expect(report.error).not.toHaveProperty('at');
  expect([isPlanReport(report), isPlanReport.errors]).toEqual([true, null]);
});

test.each<[string, BackfillDescriptor['workers'], boolean]>([
  ['an actor that no group can hold', { numCpus: 9 }, true],
  ['more memory than a worker has', { group: 'gpu', memoryBytes: 33e9 }, true],
  ['GPUs, on the group without', { group: 'cpu', numGpus: 1 }, true],
  ['GPUs, on any group', { numGpus: 1 }, false],
])('without the runtime, %s is told from the groups alone', (_, workers, isRefused) => {
  const report = planReport(frame(workers, { notes: ['not counted'] }), undefined);
  expect([report.exitCode, report.error?.code, report.counts]).toEqual([isRefused ? 1 : 0, isRefused ? 'CANNOT_FIT' : undefined, null]);
  expect([isPlanReport(report), isPlanReport.errors]).toEqual([true, null]);
});
