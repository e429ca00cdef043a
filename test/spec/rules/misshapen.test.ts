import { describeRules } from './describe-rule';
import { NodePoolV1Spec } from '../../../src/spec/node-pool-types';
import { RayClusterV1Spec } from '../../../src/spec/ray-cluster-types';
import { NODE_POOL_SHAPE_RULES, RAY_CLUSTER_SHAPE_RULES, SCHEDULE_SHAPE_RULES } from '../../../src/spec/rules/catalogue';
import { checkRayObject } from '../../../src/spec/rules/check-object';
import { clusterHasItsShape as rule, poolHasItsShape, scheduleHasItsShape } from '../../../src/spec/rules/misshapen';
import { CronJobSpec } from '../../../src/spec/scheduled-submit';

/** As others write it: nothing says that it is what the types claim. */
const written = (spec: unknown) => spec as RayClusterV1Spec;
const pod = (container: unknown) => ({ template: { spec: { containers: [container] } } });

describeRules(RAY_CLUSTER_SHAPE_RULES, [
  { rule, passes: written({}), fails: written(null), at: 'spec' },
  { rule, passes: written({ headGroupSpec: null }), fails: written({ headGroupSpec: 'head' }), at: 'headGroupSpec' },
  { rule, passes: written({ workerGroupSpecs: [] }), fails: written({ workerGroupSpecs: { cpu: {} } }), at: 'workerGroupSpecs' },
  { rule, passes: written({ workerGroupSpecs: [{}] }), fails: written({ workerGroupSpecs: [{}, null] }), at: 'workerGroupSpecs[1]' },
  { rule, passes: written({ headGroupSpec: pod({}) }), fails: written({ headGroupSpec: { template: { spec: { containers: { head: {} } } } } }), at: 'headGroupSpec.template.spec.containers' },
  { rule, passes: written({ headGroupSpec: pod({ env: [] }) }), fails: written({ headGroupSpec: pod({ env: { A: 'b' } }) }), at: 'headGroupSpec.template.spec.containers[0].env' },
  {
    rule,
    passes: written({ workerGroupSpecs: [{ groupName: 'cpu', ...pod({ resources: { limits: {} } }) }] }),
    fails: written({ workerGroupSpecs: [{ groupName: 'cpu', ...pod({ resources: { limits: [] } }) }] }),
    at: 'workerGroupSpecs[cpu].template.spec.containers[0].resources.limits',
  },
  { rule, passes: written({ autoscalerOptions: {} }), fails: written({ autoscalerOptions: 'v2' }), at: 'autoscalerOptions' },
]);

const pool = (nodes: unknown) => ({ template: { spec: nodes } }) as NodePoolV1Spec;

describeRules(NODE_POOL_SHAPE_RULES, [
  { rule: poolHasItsShape, passes: pool({ requirements: [] }), fails: {} as NodePoolV1Spec, at: 'template' },
  { rule: poolHasItsShape, passes: pool({ requirements: [{}] }), fails: pool({}), at: 'template.spec.requirements' },
  { rule: poolHasItsShape, passes: pool({ requirements: [], taints: [] }), fails: pool({ requirements: [], taints: {} }), at: 'template.spec.taints' },
]);

const schedule = (jobTemplate: unknown) => ({ schedule: '0 3 * * *', jobTemplate }) as CronJobSpec;

describeRules(SCHEDULE_SHAPE_RULES, [
  { rule: scheduleHasItsShape, passes: schedule({ spec: {} }), fails: schedule(undefined), at: 'jobTemplate' },
  { rule: scheduleHasItsShape, passes: schedule({ spec: {} }), fails: schedule({}), at: 'jobTemplate.spec' },
]);

test.each([
  ['RayCluster', written({ workerGroupSpecs: 5 }), 'workerGroupSpecs'],
  ['RayJob', { rayClusterSpec: { headGroupSpec: [] } }, 'rayClusterSpec.headGroupSpec'],
  ['RayService', { rayClusterConfig: { headGroupSpec: 'x' } }, 'rayClusterConfig.headGroupSpec'],
])('%s by hand: it is told, and nothing that hangs on it', (kind, spec, at) => {
  expect(checkRayObject(kind, { metadata: { name: 'a' }, spec }, { kuberay: '1.7' }).filter(({ id }) => id.startsWith('RAY-P')).map((finding) => `${finding.id} ${finding.at}`)).toEqual([`RAY-P10 ${at}`]);
});
