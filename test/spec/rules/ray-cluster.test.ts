import { describeRules } from './describe-rule';
import { RAY_CLUSTER_OBJECT_CASES, RAY_CLUSTER_NAME_CASES, RAY_CLUSTER_CASES } from './ray-cluster.cases';
import { RAY_CLUSTER_OBJECT_RULES, RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_RULES } from '../../../src/spec/rules/catalogue';

describeRules(RAY_CLUSTER_OBJECT_RULES, RAY_CLUSTER_OBJECT_CASES);
describeRules(RAY_CLUSTER_NAME_RULES, RAY_CLUSTER_NAME_CASES);
describeRules(RAY_CLUSTER_RULES, RAY_CLUSTER_CASES);
