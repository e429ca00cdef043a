import { RayClusterV1Spec } from '../ray-cluster-types';
import { workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

export const genevaFindsAWorker: Rule<RayClusterV1Spec> = {
  id: 'GENEVA-01',
  title: 'A cluster that Geneva is given has a worker that is up.',
  severity: 'advice',
  source: 'Geneva documentation, admission control: one that does not scale is judged by what is up when the job comes',
  why: 'Geneva may take a cluster that it did not make for one that does not scale, and refuses the job (ResourcesUnavailableError) though workers would start for it.',
  check: (spec) => workerGroups(spec).some(({ minReplicas = 0 }) => minReplicas > 0) ? [] : [{
    at: 'workerGroupSpecs',
    got: 'no group with minReplicas above 0',
    expected: 'one, or a client whose admission check is off',
    fix: 'set GENEVA_ADMISSION__STRICT=false where the client runs, and acknowledge this; or minReplicas: 1',
  }],
};
