import { describeRules } from './describe-rule';
import { RayClusterV1Spec } from '../../../src/spec/ray-cluster-types';
import { RAY_CLUSTER_SHAPE_RULES } from '../../../src/spec/rules/catalogue';
import { checkRayObject } from '../../../src/spec/rules/check-object';
import { partsAreListsAndMaps as rule } from '../../../src/spec/rules/cluster-shape';

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

test.each([
  ['RayCluster', written({ workerGroupSpecs: 5 }), 'workerGroupSpecs'],
  ['RayJob', { rayClusterSpec: { headGroupSpec: [] } }, 'rayClusterSpec.headGroupSpec'],
  ['RayService', { rayClusterConfig: { headGroupSpec: 'x' } }, 'rayClusterConfig.headGroupSpec'],
])('%s by hand: it is told, and nothing that hangs on it', (kind, spec, at) => {
  expect(checkRayObject(kind, { metadata: { name: 'a' }, spec }, { kuberay: '1.7' }).filter(({ id }) => id.startsWith('RAY-P')).map((finding) => `${finding.id} ${finding.at}`)).toEqual([`RAY-P10 ${at}`]);
});
