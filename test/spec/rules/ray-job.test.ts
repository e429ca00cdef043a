import { describeRules } from './describe-rule';
import { PodTemplateSpec } from '../../../src/spec/kubernetes-types';
import { RayJobV1Spec } from '../../../src/spec/ray-job-types';
import { RAY_JOB_NAME_RULES, RAY_JOB_RULES } from '../../../src/spec/rules/catalogue';
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

function deleting(policy: string, condition: object, more: RayJobV1Spec = {}): RayJobV1Spec {
  return { deletionStrategy: { deletionRules: [{ policy, condition }] }, ...more };
}

describeRules(RAY_JOB_NAME_RULES, [{ rule: rules.rayJobName, passes: 'a'.repeat(47), fails: 'a'.repeat(48), at: 'metadata.name' }]);

describeRules(RAY_JOB_RULES, [
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
    rule: rules.autoscaledWorkersStay,
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
]);
