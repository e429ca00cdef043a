import { describeRules } from './describe-rule';
import { PULLED_GROUP_RULES } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/image-pre-pull';

const GROUPS = [{ name: 'cpu', hasPool: false }, { name: 'gpu', hasPool: true }];

describeRules(PULLED_GROUP_RULES, [
  { rule: rules.pulledGroupHasNodes, passes: { asked: ['gpu'], groups: GROUPS }, fails: { asked: ['gpu', 'cpu'], groups: GROUPS }, at: 'workerGroups' },
  { rule: rules.pulledGroupHasNodes, passes: { asked: [], groups: [] }, fails: { asked: ['tpu'], groups: GROUPS }, at: 'workerGroups' },
]);
