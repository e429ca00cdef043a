import { BackfillDescriptor, StackDescriptor } from '../../src/descriptor/stack-descriptor';
import { preparedAttempt, RUN_RECORD_SCHEMA, RunRecord, RunSpec } from '../../src/submitter/run-record';
import { runId, specDigest } from '../../src/submitter/run-spec';

export const BACKFILL: BackfillDescriptor = {
  name: 'word-count', kind: 'backfill', table: '/data/docs.lance', column: 'words', udf: 'features.text:word_count',
};

export const SPEC: RunSpec = { bundle: null, job: BACKFILL };

export const STACK: StackDescriptor = {
  schema: 'stack-descriptor/v1',
  environment: 'features',
  namespace: 'features',
  rayCluster: { name: 'features-1', rayVersion: '2.60.0', image: 'ray', dashboard: { service: 'features-1-head-svc', port: 8265 } },
  workerGroups: [],
  bundle: null,
  jobs: [BACKFILL, { name: 'long-docs', kind: 'materialized-view', source: '/data/docs.lance', destination: '/data/long.lance' }],
};

/** A run that was recorded and not submitted. */
export function record(changes: Partial<RunRecord> = {}): RunRecord {
  const run = runId('features', 'word-count', specDigest(SPEC), changes.runKey ?? 'k1');
  return {
    schema: RUN_RECORD_SCHEMA,
    run,
    runKey: 'k1',
    environment: 'features',
    namespace: 'features',
    job: 'word-count',
    specDigest: specDigest(SPEC),
    target: 'local',
    address: 'http://127.0.0.1:8265',
    createdAt: '2026-11-24T20:00:00.000Z',
    spec: SPEC,
    attempts: [preparedAttempt(run, 1, new Date('2026-11-24T20:00:00Z'))],
    ...changes,
  };
}
