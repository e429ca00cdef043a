import * as fc from 'fast-check';
import { BACKFILL, record } from './sample';
import { formatValidator } from '../../src/descriptor/format';
import { JobDescriptor } from '../../src/descriptor/stack-descriptor';
import { lastAttempt } from '../../src/submitter/run-record';
import { jobFor, runId, specDigest, submission, withConcurrency, withoutWorkerGroup } from '../../src/submitter/run-spec';

const BUNDLE = { store: 'file:///s/', digest: 'a'.repeat(64), manifestSha256: 'b'.repeat(64) };

test('the digest does not depend on the order of fields nor on the bytes of a zip', () => {
  const shuffled = Object.fromEntries(Object.entries(BACKFILL).reverse()) as unknown as JobDescriptor;
  expect(specDigest({ bundle: { ...BUNDLE, manifestSha256: 'c'.repeat(64) } as typeof BUNDLE, job: shuffled })).toBe(specDigest({ bundle: BUNDLE, job: BACKFILL }));
});

test('any other value is another digest', () => {
  fc.assert(fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (a, b) => {
    const digests = [a, b].map((where) => specDigest({ bundle: BUNDLE, job: { ...BACKFILL, where } }));
    expect(digests[0] === digests[1]).toBe(a === b);
  }));
  expect(specDigest({ bundle: { ...BUNDLE, digest: 'd'.repeat(64) }, job: BACKFILL })).not.toBe(specDigest({ bundle: BUNDLE, job: BACKFILL }));
});

test('ids are made as documented', () => {
  expect(runId('features', 'word-count', '0123456789abcdef', 'k1')).toBe('features-word-count-0123456789-k1');
  expect(lastAttempt(record({ runKey: 'k1' })).submissionId).toBe(`${record().run}-1`);
});

test('the job spec that is sent follows its schema', () => {
  const sent = submission({ ...record(), spec: { bundle: BUNDLE, job: BACKFILL } }, lastAttempt(record()), 'file:///r.zip');
  const spec = JSON.parse((sent.runtime_env.env_vars as Record<string, string>).BACKFILL_JOB_SPEC) as unknown;
  const validate = formatValidator('runtime-job-spec');
  expect([validate(spec), validate.errors]).toEqual([true, null]);
});

test('without a URL for it, the runtime is expected in the image', () => {
  expect(submission(record(), lastAttempt(record()), undefined).runtime_env).not.toHaveProperty('py_modules');
});

test('a local head has no worker groups', () => {
  expect(withoutWorkerGroup({ ...BACKFILL, workers: { group: 'cpu', concurrency: 2 } }).workers).toEqual({ concurrency: 2 });
  expect(withoutWorkerGroup(BACKFILL)).toBe(BACKFILL);
});

test('a cluster\'s groups travel with the job, and follow its schema', () => {
  const group = { name: 'cpu', minReplicas: 0, maxReplicas: 2, idleTimeoutSeconds: 60, cpus: 4, memoryBytes: 8e9, gpus: 0 };
  const job = { ...BACKFILL, workers: { group: 'cpu' } };
  expect(jobFor(true, job, [group])).toEqual({ job: { ...BACKFILL, workers: {} } });
  const there = jobFor(false, job, [group]);
  expect(there).toEqual({ job: { ...job, workers: { group: 'cpu', concurrency: 8 } }, workerGroups: [group] });
  const sent = submission({ ...record(), spec: { bundle: BUNDLE, ...there } }, lastAttempt(record()), undefined);
  const validate = formatValidator('runtime-job-spec');
  expect([validate(JSON.parse((sent.runtime_env.env_vars as Record<string, string>).BACKFILL_JOB_SPEC)), validate.errors]).toEqual([true, null]);
});

describe('actors of a worker group, when the job does not say', () => {
  const group = { name: 'gpu', minReplicas: 0, maxReplicas: 8, idleTimeoutSeconds: 60, cpus: 8, memoryBytes: 32e9, gpus: 2 };

  test.each([
    [{ group: 'gpu' }, 64],
    [{ group: 'gpu', numCpus: 3 }, 16],
    [{ group: 'gpu', numGpus: 1 }, 16],
    [{ group: 'gpu', memoryBytes: 30e9 }, 8],
    [{ group: 'gpu', numCpus: 16 }, 1],
    [{ group: 'gpu', concurrency: 5 }, 5],
    [{ group: 'other' }, undefined],
    [undefined, undefined],
  ])('%p: %p', (workers, expected) => {
    expect(withConcurrency({ ...BACKFILL, workers }, [group]).workers?.concurrency).toBe(expected);
  });
});
