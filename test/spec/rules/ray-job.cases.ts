import { RuleCase } from './describe-rule';
import { PodTemplateSpec } from '../../../src/spec/kubernetes-types';
import { RayJobV1Spec } from '../../../src/spec/ray-job-types';
import { jobFieldsHaveTheirNames } from '../../../src/spec/rules/field-names';
import * as deletion from '../../../src/spec/rules/job-deletion';
import * as text from '../../../src/spec/rules/job-text';
import { jobManagerIsKnown } from '../../../src/spec/rules/managed-by';
import * as rules from '../../../src/spec/rules/ray-job';

const GOOD: RayJobV1Spec = {
  entrypoint: 'python -m features',
  rayClusterSpec: {},
  shutdownAfterJobFinishes: true,
  activeDeadlineSeconds: 3600,
  preRunningDeadlineSeconds: 600,
};
const SELECTS: RayJobV1Spec = { clusterSelector: { 'ray.io/cluster': 'a' } };

function submitter(restartPolicy?: string): PodTemplateSpec {
  return { spec: { restartPolicy, containers: [] } };
}

/** Rules for a job that failed, as policies and seconds. */
function ordered(...timed: [string, number, object?][]): RayJobV1Spec {
  const deletionRules = timed.map(([policy, ttlSeconds, condition = { jobStatus: 'FAILED' }]) => ({ policy, condition: { ttlSeconds, ...condition } }));
  return { deletionStrategy: { deletionRules } };
}

/** The older form. */
function legacy(onSuccess: string, onFailure: string, more: RayJobV1Spec = {}): RayJobV1Spec {
  return { deletionStrategy: { onSuccess: { policy: onSuccess }, onFailure: { policy: onFailure } }, ...more };
}

function headPorts(...names: string[]): RayJobV1Spec {
  const ports = names.map((name) => ({ name, containerPort: 1 }));
  return { rayClusterSpec: { headGroupSpec: { template: { spec: { containers: [{ name: 'ray-head', image: 'ray', ports }] } } } } };
}

function headRestarts(restartPolicy: string): RayJobV1Spec {
  return { submissionMode: 'SidecarMode', rayClusterSpec: { headGroupSpec: { template: { spec: { restartPolicy, containers: [] } } } } };
}

function deleting(policy: string, condition: object, more: RayJobV1Spec = {}): RayJobV1Spec {
  return { deletionStrategy: { deletionRules: [{ policy, condition }] }, ...more };
}

export const RAY_JOB_NAME_CASES: RuleCase<string>[] = [{ rule: rules.rayJobName, passes: 'a'.repeat(47), fails: 'a'.repeat(48), at: 'metadata.name' }];

export const RAY_JOB_CASES: RuleCase<RayJobV1Spec>[] = [
  { rule: jobFieldsHaveTheirNames, passes: GOOD, fails: { ...GOOD, foo: 1 } as RayJobV1Spec, at: 'foo' },
  { rule: rules.jobFieldsAreKnown, passes: GOOD, fails: GOOD, at: 'preRunningDeadlineSeconds', target: { kuberay: '1.5' } },
  {
    rule: rules.jobFieldsAreKnown,
    passes: deleting('DeleteSelf', { jobDeploymentStatus: 'Failed' }),
    fails: deleting('DeleteSelf', { jobDeploymentStatus: 'Failed' }),
    at: 'deletionStrategy.deletionRules[0].condition.jobDeploymentStatus',
    target: { kuberay: '1.5' },
  },
  { rule: rules.jobGatesAreOn, passes: deleting('DeleteSelf', {}), fails: deleting('DeleteSelf', {}), at: 'deletionStrategy', target: { kuberay: '1.5' } },
  { rule: rules.jobHasOneCluster, passes: GOOD, fails: {}, at: 'rayClusterSpec' },
  { rule: rules.jobHasOneCluster, passes: SELECTS, fails: { ...GOOD, ...SELECTS }, at: 'rayClusterSpec' },
  { rule: rules.selectedClusterIsNotManaged, passes: SELECTS, fails: { clusterSelector: {} }, at: 'clusterSelector' },
  { rule: rules.selectedClusterIsNotManaged, passes: { ...SELECTS, submissionMode: 'HTTPMode' }, fails: { ...SELECTS, submissionMode: 'SidecarMode' }, at: 'submissionMode' },
  { rule: rules.selectedClusterIsNotManaged, passes: { ...SELECTS, backoffLimit: 0 }, fails: { ...SELECTS, backoffLimit: 1 }, at: 'backoffLimit' },
  { rule: rules.suspendedJobShutsDown, passes: { ...GOOD, suspend: true }, fails: { suspend: true }, at: 'shutdownAfterJobFinishes' },
  { rule: rules.ttlNeedsShutdown, passes: { ...GOOD, ttlSecondsAfterFinished: 1 }, fails: { ttlSecondsAfterFinished: 1 }, at: 'shutdownAfterJobFinishes' },
  { rule: rules.ttlNeedsShutdown, passes: {}, fails: { ...GOOD, ttlSecondsAfterFinished: -1 }, at: 'ttlSecondsAfterFinished' },
  { rule: rules.oneWayToDelete, passes: GOOD, fails: deleting('DeleteCluster', {}, GOOD), at: 'deletionStrategy.deletionRules' },
  { rule: rules.clusterIsDeleted, passes: GOOD, fails: { rayClusterSpec: {} }, at: 'shutdownAfterJobFinishes' },
  {
    rule: rules.conditionIsOne,
    passes: deleting('DeleteSelf', { jobDeploymentStatus: 'Failed' }),
    fails: deleting('DeleteSelf', { jobStatus: 'FAILED', jobDeploymentStatus: 'Failed' }),
    at: 'deletionStrategy.deletionRules[0].condition',
  },
  {
    rule: deletion.autoscaledWorkersStay,
    passes: deleting('DeleteWorkers', {}, GOOD),
    fails: deleting('DeleteWorkers', {}, { rayClusterSpec: { enableInTreeAutoscaling: true } }),
    at: 'deletionStrategy.deletionRules[0].policy',
  },
  { rule: rules.sidecarHasNoSubmitterPod, passes: { submissionMode: 'SidecarMode' }, fails: { submissionMode: 'SidecarMode', submitterPodTemplate: submitter('Never') }, at: 'submitterPodTemplate' },
  { rule: rules.sidecarHasNoSubmitterPod, passes: { submitterConfig: {} }, fails: { submissionMode: 'SidecarMode', submitterConfig: {} }, at: 'submitterConfig' },
  { rule: rules.deadlinesAreTimes, passes: GOOD, fails: {}, at: 'activeDeadlineSeconds' },
  { rule: rules.deadlinesAreTimes, passes: GOOD, fails: { ...GOOD, preRunningDeadlineSeconds: 3600 }, at: 'preRunningDeadlineSeconds' },
  { rule: rules.deadlinesAreTimes, passes: GOOD, fails: { ...GOOD, preRunningDeadlineSeconds: 0 }, at: 'preRunningDeadlineSeconds' },
  { rule: rules.deadlinesAreTimes, passes: { ...GOOD, backoffLimit: 2 }, fails: { ...GOOD, backoffLimit: -1 }, at: 'backoffLimit' },
  { rule: rules.submissionModeIsKnown, passes: { submissionMode: 'HTTPMode' }, fails: { submissionMode: 'HttpMode' }, at: 'submissionMode' },
  { rule: rules.submissionModeIsKnown, passes: { backoffLimit: 1 }, fails: { submissionMode: 'InteractiveMode', backoffLimit: 1 }, at: 'backoffLimit' },
  ...['a && b', 'a; b', 'echo $HOME', 'echo `id`', 'echo "a"', '', 'a\nb', 'ls *'].map((entrypoint) => (
    { rule: rules.textSurvivesTheShells, passes: { entrypoint: "python a.py --name 'a b'" }, fails: { entrypoint }, at: 'entrypoint' }
  )),
  { rule: rules.textSurvivesTheShells, passes: GOOD, fails: { ...GOOD, runtimeEnvYAML: '{"env_vars":{"A":"$HOME"}}' }, at: 'runtimeEnvYAML' },
  { rule: rules.textSurvivesTheShells, passes: { ...GOOD, jobId: 'a-1_b' }, fails: { ...GOOD, jobId: 'a b' }, at: 'jobId' },
  { rule: rules.submitterRunsOnce, passes: { submitterPodTemplate: submitter('Never') }, fails: { submitterPodTemplate: submitter() }, at: 'submitterPodTemplate.spec.restartPolicy' },
  { rule: rules.ownClusterIsPlain, passes: GOOD, fails: { rayClusterSpec: { upgradeStrategy: { type: 'Recreate' } } }, at: 'rayClusterSpec.upgradeStrategy' },
  {
    rule: rules.ownClusterIsPlain,
    passes: { rayClusterSpec: { authOptions: { mode: 'token' } } },
    fails: { rayClusterSpec: { authOptions: { enableK8sTokenAuth: true } } },
    at: 'rayClusterSpec.authOptions.enableK8sTokenAuth',
  },
  { rule: rules.conditionIsOne, passes: ordered(['DeleteSelf', 0]), fails: ordered(['DeleteSelf', -1]), at: 'deletionStrategy.deletionRules[0].condition.ttlSeconds' },
  { rule: rules.sidecarHasNoSubmitterPod, passes: headRestarts('Never'), fails: headRestarts('Always'), at: 'rayClusterSpec.headGroupSpec.template.spec.restartPolicy' },
  { rule: deletion.deletionIsSaidInOneForm, passes: ordered(['DeleteSelf', 0]), fails: { deletionStrategy: {} }, at: 'deletionStrategy' },
  {
    rule: deletion.deletionIsSaidInOneForm,
    passes: legacy('DeleteSelf', 'DeleteNone'),
    fails: { deletionStrategy: { ...ordered(['DeleteSelf', 0]).deletionStrategy, ...legacy('DeleteSelf', 'DeleteSelf').deletionStrategy } },
    at: 'deletionStrategy',
  },
  {
    rule: deletion.deletionIsSaidInOneForm,
    passes: {},
    fails: { deletionStrategy: { onSuccess: { policy: 'DeleteSelf' } } },
    at: 'deletionStrategy.onFailure.policy',
  },
  {
    rule: deletion.selectedClusterIsNotDeleted,
    passes: deleting('DeleteSelf', {}, SELECTS),
    fails: deleting('DeleteCluster', {}, SELECTS),
    at: 'deletionStrategy.deletionRules[0].policy',
  },
  { rule: deletion.selectedClusterIsNotDeleted, passes: legacy('DeleteNone', 'DeleteSelf', SELECTS), fails: legacy('DeleteNone', 'DeleteWorkers', SELECTS), at: 'deletionStrategy.onFailure.policy' },
  {
    rule: deletion.autoscaledWorkersStay,
    passes: legacy('DeleteWorkers', 'DeleteSelf', { rayClusterSpec: {} }),
    fails: legacy('DeleteWorkers', 'DeleteSelf', { rayClusterSpec: { enableInTreeAutoscaling: true } }),
    at: 'deletionStrategy.onSuccess.policy',
  },
  {
    rule: deletion.rulesAreOrdered,
    passes: ordered(['DeleteSelf', 20], ['DeleteWorkers', 0], ['DeleteCluster', 10], ['DeleteSelf', 0, { jobStatus: 'SUCCEEDED' }]),
    fails: ordered(['DeleteWorkers', 10], ['DeleteCluster', 5]),
    at: 'deletionStrategy.deletionRules[1].condition.ttlSeconds',
  },
  {
    rule: deletion.rulesAreOrdered,
    passes: ordered(['DeleteSelf', 5], ['DeleteSelf', 5, { jobDeploymentStatus: 'Failed', jobStatus: undefined }]),
    fails: ordered(['DeleteSelf', 5], ['DeleteSelf', 6]),
    at: 'deletionStrategy.deletionRules[1]',
  },
  {
    rule: deletion.deletionAndShutdownAgree,
    passes: legacy('DeleteSelf', 'DeleteCluster', GOOD),
    fails: legacy('DeleteSelf', 'DeleteNone', GOOD),
    at: 'deletionStrategy.onFailure.policy',
  },
  ...(['a: [', '- a', 'text', '\tpip: []'] as const).map((runtimeEnvYAML) => (
    { rule: text.runtimeEnvIsAMap, passes: { runtimeEnvYAML: 'env_vars:\n  A: "1"\n' }, fails: { runtimeEnvYAML }, at: 'runtimeEnvYAML' }
  )),
  { rule: text.runtimeEnvIsAMap, passes: { runtimeEnvYAML: '' }, fails: { runtimeEnvYAML: 'env_vars: {A: 1}' }, at: 'runtimeEnvYAML.env_vars.A' },
  { rule: text.runtimeEnvIsKnown, passes: { runtimeEnvYAML: '{"pip": ["a"]}' }, fails: { runtimeEnvYAML: 'envVars: {A: b}' }, at: 'runtimeEnvYAML.envVars' },
  {
    rule: text.metadataNeedsRay,
    passes: { metadata: { a: 'b' }, rayClusterSpec: { rayVersion: '2.6.0' } },
    fails: { metadata: { a: 'b' }, rayClusterSpec: { rayVersion: '2.5.1' } },
    at: 'metadata',
  },
  { rule: text.resourcesAreNumbers, passes: { entrypointResources: '{"a": 0.5}' }, fails: { entrypointResources: '{"a": "1"}' }, at: 'entrypointResources.a' },
  { rule: text.resourcesAreNumbers, passes: {}, fails: { entrypointResources: '{a: 1}' }, at: 'entrypointResources' },
  {
    rule: text.dashboardIsReachable,
    passes: headPorts(),
    fails: headPorts('gcs-server', 'client'),
    at: 'rayClusterSpec.headGroupSpec.template.spec.containers[0].ports',
  },
  { rule: text.dashboardIsReachable, passes: headPorts('gcs-server', 'dashboard'), fails: headPorts('web'), at: 'rayClusterSpec.headGroupSpec.template.spec.containers[0].ports' },
  { rule: jobManagerIsKnown, passes: { managedBy: 'ray.io/kuberay-operator' }, fails: { managedBy: '' }, at: 'managedBy' },
];
