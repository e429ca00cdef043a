import { RAY_JOB_FIELDS, RayClusterField } from '../../src/spec/crd-fields';
import { StrictCrd } from '../crds/strict-crd';

test.each([
  ['the spec', RayClusterField.SPEC, []],
  ['the head group', RayClusterField.HEAD_GROUP, ['headGroupSpec']],
  ['a worker group', RayClusterField.WORKER_GROUP, ['workerGroupSpecs']],
  ['the autoscaler', RayClusterField.AUTOSCALER, ['autoscalerOptions']],
  ['fault tolerance', RayClusterField.FAULT_TOLERANCE, ['gcsFaultToleranceOptions']],
  ['authentication', RayClusterField.AUTH, ['authOptions']],
])('the fields of %s are those of the definition, in a RayCluster as in a RayJob', (_what, fields: readonly string[], path: string[]) => {
  expect([...fields].sort()).toEqual(StrictCrd.RAY_CLUSTER.fieldsOf(...path));
  expect([...fields].sort()).toEqual(StrictCrd.RAY_JOB.fieldsOf('rayClusterSpec', ...path));
});

test('the fields of a job are those of the definition', () => {
  expect([...RAY_JOB_FIELDS].sort()).toEqual(StrictCrd.RAY_JOB.fieldsOf());
});
