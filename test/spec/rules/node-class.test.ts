import { describeRules } from './describe-rule';
import { ec2NodeClassSpec, Ec2NodeClassV1Spec } from '../../../src/spec/ec2-node-class';
import { EC2_NODE_CLASS_RULES } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/node-class';

const TAGGED = [{ tags: { 'karpenter.sh/discovery': 'features' } }];
const GOOD = ec2NodeClassSpec({ ami: 'al2023@v20260801', role: 'nodes', subnets: TAGGED, securityGroups: TAGGED, disk: { gibibytes: 100 } });

function but(change: Partial<Ec2NodeClassV1Spec>): Ec2NodeClassV1Spec {
  return { ...GOOD, ...change };
}

describeRules(EC2_NODE_CLASS_RULES, [
  { rule: rules.metadataNeedsAToken, passes: but({ metadataOptions: undefined }), fails: but({ metadataOptions: { httpTokens: 'optional' } }), at: 'metadataOptions.httpTokens' },
  {
    rule: rules.podsDoNotReachMetadata,
    passes: but({ metadataOptions: {} }),
    fails: but({ metadataOptions: { httpPutResponseHopLimit: 2 } }),
    at: 'metadataOptions.httpPutResponseHopLimit',
  },
  { rule: rules.amiIsPinned, passes: GOOD, fails: but({ amiSelectorTerms: [{ alias: 'bottlerocket@latest' }] }), at: 'amiSelectorTerms[0].alias' },
  {
    rule: rules.nodeClassIsComplete,
    passes: but({ amiSelectorTerms: [{ id: 'ami-1' }], amiFamily: 'Custom' }),
    fails: but({ amiSelectorTerms: [{ id: 'ami-1' }] }),
    at: 'amiFamily',
  },
  { rule: rules.nodeClassIsComplete, passes: GOOD, fails: but({ amiSelectorTerms: [...GOOD.amiSelectorTerms, { id: 'ami-1' }] }), at: 'amiSelectorTerms' },
  { rule: rules.nodeClassIsComplete, passes: GOOD, fails: but({ amiSelectorTerms: [{ alias: 'windows2022@latest' }] }), at: 'amiSelectorTerms' },
  { rule: rules.nodeClassIsComplete, passes: but({ role: undefined, instanceProfile: 'nodes' }), fails: but({ instanceProfile: 'nodes' }), at: 'role' },
  { rule: rules.nodeClassIsComplete, passes: GOOD, fails: but({ role: undefined }), at: 'role' },
  { rule: rules.nodeClassIsComplete, passes: but({ subnetSelectorTerms: [{ id: 'subnet-1' }] }), fails: but({ subnetSelectorTerms: [] }), at: 'subnetSelectorTerms' },
  { rule: rules.nodeClassIsComplete, passes: GOOD, fails: but({ securityGroupSelectorTerms: [{}] }), at: 'securityGroupSelectorTerms' },
]);
