import { describeRules } from './describe-rule';
import { RayClusterV1Spec, WorkerGroupSpec } from '../../../src/spec/ray-cluster-types';
import { acknowledgementIsOfSomething } from '../../../src/spec/rules/acknowledgement';
import * as autoscaler from '../../../src/spec/rules/autoscaler';
import * as catalogue from '../../../src/spec/rules/catalogue';
import * as coldStart from '../../../src/spec/rules/cold-start';
import * as cost from '../../../src/spec/rules/cost';
import * as names from '../../../src/spec/rules/names';
import * as safety from '../../../src/spec/rules/safety';
import * as sizes from '../../../src/spec/rules/sizes';

const GPU = { 'cpu': '8', 'memory': '32Gi', 'nvidia.com/gpu': '1' };

function group(limits: Record<string, string>, fields: Partial<WorkerGroupSpec> = {}, image = 'ray:1'): RayClusterV1Spec {
  return { workerGroupSpecs: [{ groupName: 'g', template: { spec: { containers: [{ name: 'ray-worker', image, resources: { limits } }] } }, ...fields }] };
}

function head(limits: Record<string, string>, image = 'ray:1'): RayClusterV1Spec {
  return { headGroupSpec: { template: { spec: { containers: [{ name: 'ray-head', image, resources: { limits } }] } } } };
}

describeRules(catalogue.RAY_CLUSTER_ADVICE, [
  { rule: safety.callersShowAToken, passes: { authOptions: { mode: 'token' } }, fails: {}, at: 'authOptions.mode' },
  { rule: safety.rayHasNoKnownHole, passes: { rayVersion: '2.52.0' }, fails: { rayVersion: '2.51.2' }, at: 'rayVersion' },
  { rule: cost.gpuWorkersLeave, passes: group({ cpu: '1' }, { minReplicas: 1 }), fails: group(GPU, { minReplicas: 1 }), at: 'workerGroupSpecs[g].minReplicas' },
  {
    rule: cost.gpuWorkersDoNotIdleForLong,
    passes: group(GPU, { idleTimeoutSeconds: 900 }),
    fails: group(GPU, { idleTimeoutSeconds: 901 }),
    at: 'workerGroupSpecs[g].idleTimeoutSeconds',
  },
  ...([[true, { version: 'v2' }], [false, undefined]] as const).map(([enableInTreeAutoscaling, autoscalerOptions]) => {
    const restarting = group(GPU, { template: { spec: { restartPolicy: 'Always', containers: [] } } });
    return {
      rule: autoscaler.v1RestartsNothingEither,
      passes: { ...restarting, enableInTreeAutoscaling, autoscalerOptions },
      fails: { ...restarting, enableInTreeAutoscaling: true },
      at: 'workerGroupSpecs[g].template.spec.restartPolicy',
    };
  }),
  {
    rule: coldStart.workersOutliveAStart,
    passes: group(GPU, { idleTimeoutSeconds: 10 }),
    fails: group(GPU, { idleTimeoutSeconds: 9 }),
    at: 'workerGroupSpecs[g].idleTimeoutSeconds',
  },
  { rule: coldStart.workersOutliveAStart, passes: group(GPU), fails: group(GPU, { idleTimeoutSeconds: 1 }), at: 'workerGroupSpecs[g].idleTimeoutSeconds' },
  ...([['host:5000/ray:1', 'host:5000/ray'], ['ray@sha256:0f', 'ray:latest'], ['ray:latest-py312', 'ray']]).map(([good, bad]) => (
    { rule: coldStart.imageIsPinned, passes: group(GPU, {}, good), fails: group(GPU, {}, bad), at: 'workerGroupSpecs[g].template.spec.containers[0].image' }
  )),
  {
    rule: coldStart.imageIsPinned,
    passes: { ...head(GPU), ...group(GPU) },
    fails: { ...head(GPU, 'ray'), ...group(GPU, {}, 'ray') }, // of one image one hears once
    at: 'headGroupSpec.template.spec.containers[0].image',
  },
  { rule: sizes.headIsLargeEnough, passes: head({ cpu: '2', memory: '4Gi' }), fails: head({ cpu: '1', memory: '4Gi' }), at: 'headGroupSpec.template.spec.containers[0].resources.limits' },
  { rule: sizes.headIsLargeEnough, passes: head({ cpu: '2000m', memory: '5G' }), fails: head({ cpu: '2', memory: '4G' }), at: 'headGroupSpec.template.spec.containers[0].resources.limits' },
  { rule: sizes.workersAreLargeEnough, passes: group({ memory: '2Gi' }), fails: group({ memory: '1Gi' }), at: 'workerGroupSpecs[g].template.spec.containers[0].resources.limits.memory' },
  {
    rule: sizes.workersAreLargeEnough,
    passes: group({ ...GPU, memory: '4Gi' }),
    fails: group({ ...GPU, memory: '2Gi' }),
    at: 'workerGroupSpecs[g].template.spec.containers[0].resources.limits.memory',
  },
]);

describeRules(catalogue.ENVIRONMENT_ADVICE, [{ rule: safety.clusterIsIsolated, passes: { isolated: true }, fails: { isolated: false }, at: 'networkIsolation' }]);

describeRules(catalogue.HEAD_NODE_POOL_ADVICE, [
  { rule: coldStart.headNodeIsWarm, passes: { warmNodes: 1, instanceFamilies: [] }, fails: { warmNodes: 0, instanceFamilies: [] }, at: 'warmNodes' },
  { rule: coldStart.headPoolHasAChoice, passes: { warmNodes: 1, instanceFamilies: ['a', 'b'] }, fails: { warmNodes: 1, instanceFamilies: ['a'] }, at: 'instanceFamilies' },
]);

describeRules(catalogue.ACKNOWLEDGEMENT_RULES, [
  { rule: acknowledgementIsOfSomething, passes: { ids: ['COST-01'], found: ['COST-01'] }, fails: { ids: ['COST-01'], found: ['COLD-01'] }, at: "Rules.acknowledge('COST-01')" },
]);

describeRules(catalogue.NAME_READ_RULES, [
  { rule: names.nameIsReadLast, passes: { name: 'a', read: ['a'] }, fails: { name: 'a', read: ['b'] }, at: 'name' },
]);
