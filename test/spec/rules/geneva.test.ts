import { describeRules } from './describe-rule';
import { GENEVA_CLIENT_ADVICE } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/geneva';

function group(minReplicas?: number) {
  return { groupName: `g${minReplicas}`, minReplicas, template: { spec: { containers: [] } } };
}

describeRules(GENEVA_CLIENT_ADVICE, [
  { rule: rules.genevaFindsAWorker, passes: { workerGroupSpecs: [group(0), group(1)] }, fails: { workerGroupSpecs: [group(0), group()] }, at: 'workerGroupSpecs' },
  { rule: rules.genevaFindsAWorker, passes: { workerGroupSpecs: [group(2)] }, fails: {}, at: 'workerGroupSpecs' },
]);
