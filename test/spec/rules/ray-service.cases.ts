import { RuleCase } from './describe-rule';
import { RayObject } from '../../../src/spec/ray-object';
import { ClusterUpgradeOptions, RayServiceV1Spec } from '../../../src/spec/ray-service-types';
import { serviceManagerIsKnown } from '../../../src/spec/rules/managed-by';
import * as rules from '../../../src/spec/rules/ray-service';

const STEPS: ClusterUpgradeOptions = { stepSizePercent: 10, intervalSeconds: 30, gatewayClassName: 'istio' };

function stepwise(options: ClusterUpgradeOptions | undefined = STEPS, enableInTreeAutoscaling = true): RayServiceV1Spec {
  return { upgradeStrategy: { type: 'NewClusterWithIncrementalUpgrade', clusterUpgradeOptions: options }, rayClusterConfig: { enableInTreeAutoscaling } };
}

function starting(timeout: string) {
  return { metadata: { name: 'a', annotations: { 'ray.io/initializing-timeout': timeout } }, spec: {} };
}

function headService(metadata: { name?: string }): RayServiceV1Spec {
  return { rayClusterConfig: { headGroupSpec: { headService: { metadata }, template: { spec: { containers: [] } } } } };
}

export const RAY_SERVICE_NAME_CASES: RuleCase<string>[] = [{ rule: rules.rayServiceName, passes: 'a'.repeat(47), fails: 'a'.repeat(48), at: 'metadata.name' }];

export const RAY_SERVICE_OBJECT_CASES: RuleCase<RayObject<RayServiceV1Spec>>[] = ([
  ['30m', '0'], ['1h30m', '-5m'], ['1800', '30 minutes'], ['1.5h', '5'.concat('d')], ['', '0s'],
] as const).map(([good, bad]) => (
  { rule: rules.initializingTimeoutIsATime, passes: starting(good), fails: starting(bad), at: 'metadata.annotations[ray.io/initializing-timeout]' }
));

export const RAY_SERVICE_CASES: RuleCase<RayServiceV1Spec>[] = [
  { rule: rules.serviceFieldsAreKnown, passes: { suspend: true }, fails: { suspend: true }, at: 'suspend', target: { kuberay: '1.6' } },
  { rule: rules.serviceFieldsAreKnown, passes: { managedBy: 'a' }, fails: { managedBy: 'a' }, at: 'managedBy', target: { kuberay: '1.5' } },
  { rule: rules.serviceGatesAreOn, passes: stepwise(), fails: stepwise(), at: 'upgradeStrategy.type', target: { kuberay: '1.6' } },
  { rule: rules.headServiceNamesItself, passes: headService({}), fails: headService({ name: 'a' }), at: 'rayClusterConfig.headGroupSpec.headService.metadata.name' },
  { rule: rules.serviceUpgradeIsKnown, passes: { upgradeStrategy: { type: 'None' } }, fails: { upgradeStrategy: { type: 'Recreate' } }, at: 'upgradeStrategy.type' },
  { rule: rules.deletionDelayIsATime, passes: { rayClusterDeletionDelaySeconds: 0 }, fails: { rayClusterDeletionDelaySeconds: -1 }, at: 'rayClusterDeletionDelaySeconds' },
  { rule: rules.stepsLeadToTheEnd, passes: stepwise(), fails: stepwise(STEPS, false), at: 'rayClusterConfig.enableInTreeAutoscaling' },
  { rule: rules.stepsLeadToTheEnd, passes: { upgradeStrategy: { type: 'NewCluster' } }, fails: { ...stepwise(), upgradeStrategy: { type: 'NewClusterWithIncrementalUpgrade' } }, at: 'upgradeStrategy.clusterUpgradeOptions' },
  ...([
    [{ maxSurgePercent: 101 }, 'maxSurgePercent'],
    [{ maxSurgePercent: 5 }, 'stepSizePercent'],
    [{ stepSizePercent: undefined }, 'stepSizePercent'],
    [{ intervalSeconds: 0 }, 'intervalSeconds'],
    [{ gatewayClassName: '' }, 'gatewayClassName'],
  ] as [ClusterUpgradeOptions, string][]).map(([options, field]) => (
    { rule: rules.stepsLeadToTheEnd, passes: stepwise({ ...STEPS, maxSurgePercent: 10 }), fails: stepwise({ ...STEPS, ...options }), at: `upgradeStrategy.clusterUpgradeOptions.${field}` }
  )),
  { rule: rules.serviceClusterIsPlain, passes: { rayClusterConfig: {} }, fails: { rayClusterConfig: { upgradeStrategy: {} as { type: string } } }, at: 'rayClusterConfig.upgradeStrategy' },
  {
    rule: rules.serviceClusterIsPlain,
    passes: { rayClusterConfig: { authOptions: { mode: 'token' } } },
    fails: { rayClusterConfig: { authOptions: { enableK8sTokenAuth: true } } },
    at: 'rayClusterConfig.authOptions.enableK8sTokenAuth',
  },
  { rule: serviceManagerIsKnown, passes: {}, fails: { managedBy: 'me' }, at: 'managedBy' },
];
