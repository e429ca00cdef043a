import { NodePoolV1Spec } from '../node-pool-types';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { CronJobSpec } from '../scheduled-submit';
import { Rule } from './rule';
import { MAP, MAPS, MapShape, misshapenIn } from './shape';

const CONTAINER: MapShape = { kind: 'map', fields: { env: MAPS, ports: MAPS, resources: { kind: 'map', fields: { limits: MAP, requests: MAP } } } };
const POD: MapShape = { kind: 'map', fields: { containers: { kind: 'list', items: CONTAINER } } };
const GROUP: MapShape = { kind: 'map', fields: { template: { kind: 'map', fields: { metadata: MAP, spec: POD } }, labels: MAP, rayStartParams: MAP, resources: MAP } };

const CLUSTER: MapShape = {
  kind: 'map',
  fields: {
    authOptions: MAP,
    autoscalerOptions: MAP,
    gcsFaultToleranceOptions: MAP,
    headGroupSpec: GROUP,
    workerGroupSpecs: { kind: 'list', items: GROUP, nameOf: 'groupName' },
  },
};

const NODES: MapShape = { kind: 'map', fields: { requirements: MAPS, taints: MAPS }, needed: ['requirements'] };

const POOL: MapShape = {
  kind: 'map',
  fields: {
    template: { kind: 'map', fields: { metadata: { kind: 'map', fields: { labels: MAP } }, spec: NODES }, needed: ['spec'] },
    disruption: { kind: 'map', fields: { budgets: MAPS } },
    limits: MAP,
  },
  needed: ['template'],
};

const SCHEDULE: MapShape = { kind: 'map', fields: { jobTemplate: { kind: 'map', fields: { spec: MAP }, needed: ['spec'] } }, needed: ['jobTemplate'] };

export const clusterHasItsShape: Rule<RayClusterV1Spec> = {
  id: 'RAY-P10',
  title: 'A list stands where a cluster wants a list, and a map where it wants a map.',
  severity: 'error',
  source: 'CRD of KubeRay 1.7',
  why: 'The API server refuses the cluster.',
  check: (spec) => misshapenIn(spec, CLUSTER),
};

export const poolHasItsShape: Rule<NodePoolV1Spec> = {
  id: 'POOL-09',
  title: 'A list stands where a pool wants a list, and a map where it wants a map.',
  severity: 'error',
  source: 'CRD of Karpenter 1.14',
  why: 'The API server refuses the pool.',
  check: (spec) => misshapenIn(spec, POOL),
};

export const scheduleHasItsShape: Rule<CronJobSpec> = {
  id: 'JOB-15',
  title: 'A schedule has a job to start.',
  severity: 'error',
  source: 'Kubernetes documentation, CronJob',
  why: 'The API server refuses the CronJob.',
  check: (spec) => misshapenIn(spec, SCHEDULE),
};
