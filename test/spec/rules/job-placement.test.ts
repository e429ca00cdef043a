import { describeRules } from './describe-rule';
import { JOB_RULES } from '../../../src/spec/rules/catalogue';
import { copyFitsOnAWorker, groupExists } from '../../../src/spec/rules/job-placement';

const CPU = { name: 'cpu', cpus: 4, memoryBytes: 8, gpus: 0, maxReplicas: 2 };
const GPU = { name: 'gpu', cpus: 8, memoryBytes: 32, gpus: 1, maxReplicas: 1 };
const JOB = { job: 'captions', groups: [CPU, GPU] };

describeRules(JOB_RULES, [
  { rule: groupExists, passes: { ...JOB, group: 'gpu' }, fails: { ...JOB, group: 'tpu' }, at: 'job "captions" workerGroup' },
  { rule: groupExists, passes: JOB, fails: { ...JOB, groups: [] }, at: 'job "captions" workerGroup' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, cpus: 8 }, fails: { ...JOB, cpus: 9 }, at: 'job "captions" cpusPerWorker' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, gpus: 1 }, fails: { ...JOB, group: 'cpu', gpus: 1 }, at: 'job "captions" gpusPerWorker' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, memoryBytes: 32 }, fails: { ...JOB, memoryBytes: 33 }, at: 'job "captions" memoryPerWorker' },
  { rule: copyFitsOnAWorker, passes: { ...JOB, gpus: 1 }, fails: { ...JOB, groups: [CPU, { ...GPU, maxReplicas: 0 }], gpus: 1 }, at: 'job "captions" gpusPerWorker' },
]);
