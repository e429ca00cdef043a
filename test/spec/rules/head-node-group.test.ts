import { describeRules } from './describe-rule';
import { headNodeGroupSpec } from '../../../src/spec/managed-node-group';
import { HEAD_NODE_GROUP_RULES, headGroupIsNeverSpot } from '../../../src/spec/rules/head-node-group';
import { headIsNeverSpot } from '../../../src/spec/rules/head-pool';

const bought = (capacityType: string) => headNodeGroupSpec('true', { capacityType, minSize: 1, maxSize: 2 });

describeRules(HEAD_NODE_GROUP_RULES, [
  { rule: headGroupIsNeverSpot, passes: bought('ON_DEMAND'), fails: bought('SPOT'), at: 'capacityType' },
]);

test('the rule is the one of Karpenter pools', () => {
  expect(headGroupIsNeverSpot.id).toBe(headIsNeverSpot.id);
});
