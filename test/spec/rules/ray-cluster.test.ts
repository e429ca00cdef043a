import { describeRules } from './describe-rule';
import { RAY_CLUSTER_OBJECT_CASES, RAY_CLUSTER_NAME_CASES, RAY_CLUSTER_CASES } from './ray-cluster.cases';
import { INT32_MAX } from '../../../src/spec/quantities';
import { RAY_CLUSTER_OBJECT_RULES, RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_RULES } from '../../../src/spec/rules/catalogue';
import * as groups from '../../../src/spec/rules/groups';

const GROUP = { groupName: 'cpu', minReplicas: 0, template: { spec: { containers: [] } } };

describeRules(RAY_CLUSTER_OBJECT_RULES, RAY_CLUSTER_OBJECT_CASES);
describeRules(RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_NAME_CASES);
describeRules(RAY_CLUSTER_RULES, RAY_CLUSTER_CASES);

// Not among the cases that are tried on the operator: this one object takes all others from its sight.
describeRules([groups.replicasAreARange], [{
  rule: groups.replicasAreARange,
  passes: { workerGroupSpecs: [{ ...GROUP, maxReplicas: INT32_MAX }] },
  fails: { workerGroupSpecs: [{ ...GROUP, maxReplicas: INT32_MAX + 1 }] },
  at: 'workerGroupSpecs[cpu]',
}]);
