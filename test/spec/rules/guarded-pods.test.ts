import { describeRules } from './describe-rule';
import { RayClusterV1Spec } from '../../../src/spec/ray-cluster-types';
import { GUARDED_CLUSTER_RULES } from '../../../src/spec/rules/catalogue';
import { podsBearTheLabelOfTheirGuards } from '../../../src/spec/rules/guarded-pods';

const BORNE = { 'geneva-constructs/cluster': 'features' };

function cluster(head: Record<string, string> | undefined, worker: Record<string, string>): RayClusterV1Spec {
  return {
    headGroupSpec: { template: { metadata: { labels: head }, spec: { containers: [] } } },
    workerGroupSpecs: [{ groupName: 'cpu', template: { metadata: { labels: worker }, spec: { containers: [] } } }],
  };
}

const GOOD = { label: 'features', spec: cluster({ ...BORNE, team: 'a' }, BORNE) };
const AT = 'template.metadata.labels[geneva-constructs/cluster]';

describeRules(GUARDED_CLUSTER_RULES, [
  { rule: podsBearTheLabelOfTheirGuards, passes: GOOD, fails: { ...GOOD, spec: cluster(undefined, BORNE) }, at: `headGroupSpec.${AT}` },
  { rule: podsBearTheLabelOfTheirGuards, passes: GOOD, fails: { ...GOOD, spec: cluster(BORNE, { 'geneva-constructs/cluster': 'other' }) }, at: `workerGroupSpecs[cpu].${AT}` },
]);
