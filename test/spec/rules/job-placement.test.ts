import { describeRules } from './describe-rule';
import { JOB_RULES } from '../../../src/spec/rules/catalogue';
import { copiesFitOnTheGroup, copyFitsOnAWorker, gpusAreWholeOrAShare, groupBearsItsLabel, groupExists, groupHasWorkers, JobPlacement } from '../../../src/spec/rules/job-placement';

const CPU = { name: 'cpu', cpus: 4, memoryBytes: 8, gpus: 0, maxReplicas: 2 };
const GPU = { name: 'gpu', cpus: 8, memoryBytes: 32, gpus: 1, maxReplicas: 1 };
const JOB = { job: 'captions', groups: [CPU, GPU] };

/** A job on a group whose workers bear the label of one. */
function labelled(group: string): JobPlacement {
  return { ...JOB, group: 'cpu', groups: [{ ...CPU, labels: { 'geneva-constructs/worker-group': group } }] };
}

describeRules(JOB_RULES, [
  { rule: groupExists, passes: { ...JOB, group: 'gpu' }, fails: { ...JOB, group: 'tpu' }, at: 'job "captions" workerGroup' },
  { rule: groupExists, passes: JOB, fails: { ...JOB, groups: [] }, at: 'job "captions" workerGroup' },
  { rule: groupHasWorkers, passes: { ...JOB, group: 'cpu' }, fails: { ...JOB, group: 'cpu', groups: [{ ...CPU, maxReplicas: 0 }, GPU] }, at: 'job "captions" workerGroup' },
  { rule: groupHasWorkers, passes: { ...JOB, groups: [{ ...CPU, maxReplicas: 0 }, GPU] }, fails: { ...JOB, groups: [{ ...CPU, maxReplicas: 0 }] }, at: 'job "captions" workerGroup' },
  { rule: groupHasWorkers, passes: { ...JOB, groups: [] }, fails: { ...JOB, groups: [{ ...CPU, maxReplicas: 0 }, { ...GPU, maxReplicas: 0 }] }, at: 'job "captions" workerGroup' },
  { rule: groupBearsItsLabel, passes: { ...JOB, group: 'gpu' }, fails: { ...JOB, group: 'gpu' }, at: 'job "captions" workerGroup', target: { kuberay: '1.4' } },
  { rule: groupBearsItsLabel, passes: JOB, passingTarget: { kuberay: '1.4' }, fails: { ...JOB, group: 'cpu', groups: [{ ...CPU, labels: {} }] }, at: 'job "captions" workerGroup' },
  { rule: groupBearsItsLabel, passes: { ...JOB, group: 'tpu' }, fails: labelled('other'), at: 'job "captions" workerGroup' },
  { rule: groupBearsItsLabel, passes: labelled('cpu'), passingTarget: { kuberay: '1.5' }, fails: labelled('cpu'), at: 'job "captions" workerGroup', target: { kuberay: '1.4' } },
  { rule: copyFitsOnAWorker, passes: { ...JOB, cpus: 8 }, fails: { ...JOB, cpus: 9 }, at: 'job "captions" cpusPerWorker' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, gpus: 1 }, fails: { ...JOB, group: 'cpu', gpus: 1 }, at: 'job "captions" gpusPerWorker' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, memoryBytes: 32 }, fails: { ...JOB, memoryBytes: 33 }, at: 'job "captions" memoryPerWorker' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, gpus: 1 }, fails: { ...JOB, groups: [CPU, { ...GPU, maxReplicas: 0 }], gpus: 1 }, at: 'job "captions" gpusPerWorker' },
  ...([
    [{ concurrency: 16 }, { concurrency: 17 }], // 2 workers of 4 CPUs and 1 of 8
    [{ group: 'cpu', cpus: 0.1, concurrency: 80 }, { group: 'cpu', cpus: 0.1, concurrency: 81 }],
    [{ group: 'cpu', memoryBytes: 4, concurrency: 4 }, { group: 'cpu', memoryBytes: 4, concurrency: 5 }],
    [{ gpus: 0.4, concurrency: 2 }, { gpus: 0.4, concurrency: 3 }],
    [{ gpus: 1, concurrency: 1 }, { gpus: 1, concurrency: 2 }],
    [{ cpus: 3, concurrency: 4 }, { cpus: 3, concurrency: 5 }], // one on each worker of 4 CPUs, two on that of 8
  ]).map(([passes, fails]) => ({ rule: copiesFitOnTheGroup, passes: { ...JOB, ...passes }, fails: { ...JOB, ...fails }, at: 'job "captions" concurrency' })),
  { rule: gpusAreWholeOrAShare, passes: { ...JOB, gpus: 0.5 }, fails: { ...JOB, gpus: 1.5 }, at: 'job "captions" gpusPerWorker' },
  { rule: gpusAreWholeOrAShare, passes: { ...JOB, gpus: 2 }, fails: { ...JOB, gpus: 2.5 }, at: 'job "captions" gpusPerWorker' },
]);
