import { FieldSince, GATES } from '../kuberay-versions';
import { isObjectName, NameLimit } from '../names';
import { RayJobV1Spec } from '../ray-job-types';
import { gatedFields, unknownFields, VersionedField } from './known-fields';
import { refused } from './refused';
import { Rule } from './rule';

const REFUSED = 'The operator puts the job into ValidationFailed, which it never leaves, not even when the job is mended.';
const LEAKS = 'A cluster that nothing deletes is paid for until somebody finds it.';
const MODES = ['K8sJobMode', 'HTTPMode', 'SidecarMode', 'InteractiveMode'];

export const rayJobName: Rule<string> = {
  id: 'NAME-03',
  title: 'The name of a RayJob is a DNS label of at most 47 characters.',
  severity: 'error',
  source: 'KubeRay validation.go, ValidateRayJobMetadata',
  why: REFUSED,
  check: (name) => isObjectName(name, NameLimit.RAY_JOB) ? [] : [{
    at: 'metadata.name',
    got: name,
    expected: `at most ${NameLimit.RAY_JOB} lower case letters, digits and dashes, a letter first`,
    fix: 'shorten the id',
  }],
};

export const jobFieldsAreKnown: Rule<RayJobV1Spec> = {
  id: 'VER-03',
  title: 'A field of a job is one that the target operator knows.',
  severity: 'error',
  source: 'CRDs of KubeRay 1.4 to 1.7',
  why: 'The API server drops fields that its CRD does not know, without an error.',
  check: (spec, target) => unknownFields(versionedFields(spec), target),
};

export const jobGatesAreOn: Rule<RayJobV1Spec> = {
  id: 'VER-05',
  title: 'A field of a job is one that the target operator acts on: its feature gate is on.',
  severity: 'error',
  source: 'KubeRay features.go and validation.go',
  why: REFUSED,
  check: (spec, target) => gatedFields(versionedFields(spec), target),
};

export const jobHasOneCluster: Rule<RayJobV1Spec> = {
  id: 'JOB-J1',
  title: 'A job has a cluster of its own or selects one, not both.',
  severity: 'error',
  source: 'KubeRay validation.go; with both the selector wins without a word',
  why: REFUSED,
  check: ({ rayClusterSpec, clusterSelector }) => (rayClusterSpec === undefined) !== (clusterSelector === undefined) ? [] : [{
    at: 'rayClusterSpec',
    got: rayClusterSpec === undefined ? 'neither' : 'both',
    expected: 'rayClusterSpec or clusterSelector',
    fix: rayClusterSpec === undefined ? 'add a rayClusterSpec, or a clusterSelector with the name of a cluster under ray.io/cluster' : 'drop clusterSelector',
  }],
};

export const selectedClusterIsNotManaged: Rule<RayJobV1Spec> = {
  id: 'JOB-J2',
  title: 'A job that selects a cluster does not retry, suspend or delete it.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.clusterSelector === undefined ? [] : [
    ...refused(!spec.clusterSelector['ray.io/cluster'], 'clusterSelector', spec.clusterSelector, 'the name of a cluster under ray.io/cluster'),
    ...refused(spec.submissionMode === 'SidecarMode', 'submissionMode', spec.submissionMode, 'another mode than SidecarMode'),
    ...refused(spec.suspend === true, 'suspend', spec.suspend, 'nothing'),
    ...refused((spec.backoffLimit ?? 0) > 0, 'backoffLimit', spec.backoffLimit, '0'),
  ],
};

export const suspendedJobShutsDown: Rule<RayJobV1Spec> = {
  id: 'JOB-J3',
  title: 'A job that may be suspended shuts its cluster down.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => refused(spec.suspend === true && spec.shutdownAfterJobFinishes !== true, 'shutdownAfterJobFinishes', spec.shutdownAfterJobFinishes, 'true'),
};

export const ttlNeedsShutdown: Rule<RayJobV1Spec> = {
  id: 'JOB-J4',
  title: 'The time that a cluster stays is whole seconds, and of a cluster that is shut down.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ ttlSecondsAfterFinished: ttl = 0, shutdownAfterJobFinishes }) => [
    ...refused(!(Number.isInteger(ttl) && ttl >= 0), 'ttlSecondsAfterFinished', ttl, 'a whole number of seconds, at least 0'),
    ...refused(ttl > 0 && shutdownAfterJobFinishes !== true, 'shutdownAfterJobFinishes', shutdownAfterJobFinishes, 'true'),
  ],
};

export const oneWayToDelete: Rule<RayJobV1Spec> = {
  id: 'JOB-J5',
  title: 'A job shuts its cluster down or has rules for it, not both.',
  severity: 'error',
  source: 'KubeRay validation.go and CEL',
  why: REFUSED,
  check: (spec) => refused(spec.shutdownAfterJobFinishes === true && rulesOf(spec).length > 0, 'deletionStrategy.deletionRules', rulesOf(spec).length, 'none'),
};

export const clusterIsDeleted: Rule<RayJobV1Spec> = {
  id: 'JOB-J5b',
  title: 'The cluster of a job is deleted however the job ends.',
  severity: 'error',
  source: 'kuberay#5184: a run that ends by deadline matches no jobStatus, one that is stopped matches nothing at all',
  why: LEAKS,
  unconfirmed: 'a cluster that stays is what such a job asks for',
  check: (spec) => refused(
    spec.rayClusterSpec !== undefined && spec.shutdownAfterJobFinishes !== true, 'shutdownAfterJobFinishes', spec.shutdownAfterJobFinishes, 'true',
  ),
};

export const conditionIsOne: Rule<RayJobV1Spec> = {
  id: 'JOB-J6',
  title: 'A rule for deletion has one condition, and a time that is not past.',
  severity: 'error',
  source: 'KubeRay validation.go and CEL',
  why: REFUSED,
  check: (spec) => rulesOf(spec).flatMap(({ condition: { jobStatus, jobDeploymentStatus, ttlSeconds = 0 } = {} }, i) => {
    const at = `deletionStrategy.deletionRules[${i}].condition`;
    return [
      ...refused((jobStatus === undefined) === (jobDeploymentStatus === undefined), at, 'both or neither', 'jobStatus or jobDeploymentStatus'),
      ...refused(!(Number.isInteger(ttlSeconds) && ttlSeconds >= 0), `${at}.ttlSeconds`, ttlSeconds, 'a whole number of seconds, at least 0'),
    ];
  }),
};

export const sidecarHasNoSubmitterPod: Rule<RayJobV1Spec> = {
  id: 'JOB-J12',
  title: 'A submitter beside the head has no pod of its own, and ends with the head.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.submissionMode !== 'SidecarMode' ? [] : [
    ...refused(spec.submitterPodTemplate !== undefined, 'submitterPodTemplate', 'a template', 'nothing in SidecarMode'),
    ...refused(spec.submitterConfig !== undefined, 'submitterConfig', spec.submitterConfig, 'nothing in SidecarMode'),
    ...refused(
      !['Never', undefined].includes(restartOfHead(spec)), 'rayClusterSpec.headGroupSpec.template.spec.restartPolicy', restartOfHead(spec), '"Never", or nothing, in SidecarMode',
    ),
  ],
};

export const deadlinesAreTimes: Rule<RayJobV1Spec> = {
  id: 'JOB-J14',
  title: 'A job has a deadline, and one for its start that is shorter.',
  severity: 'error',
  source: 'KubeRay validation.go refuses less than 1; that there is one, and the order, is ours',
  why: 'A job waits for every worker that its groups start with; one that never comes holds it, and the cluster, for ever.',
  unconfirmed: 'a deadline that comes after another is no contradiction to it; deadlines below one second are refused',
  check: ({ activeDeadlineSeconds: active, preRunningDeadlineSeconds: start, backoffLimit = 0 }) => [
    ...refused(!(Number.isInteger(active) && active! >= 1), 'activeDeadlineSeconds', active, 'a whole number of seconds, at least 1'),
    ...refused(start !== undefined && !(Number.isInteger(start) && start >= 1), 'preRunningDeadlineSeconds', start, 'a whole number of seconds, at least 1'),
    ...refused(start !== undefined && active !== undefined && start >= active, 'preRunningDeadlineSeconds', start, `less than activeDeadlineSeconds, ${active}`),
    ...refused(!(Number.isInteger(backoffLimit) && backoffLimit >= 0), 'backoffLimit', backoffLimit, 'a whole number, at least 0'),
  ],
};

export const submissionModeIsKnown: Rule<RayJobV1Spec> = {
  id: 'JOB-J16',
  title: 'The mode of submission is one that there is, and fits the retries.',
  severity: 'error',
  source: 'KubeRay rayjob_types.go; the CRD takes any text',
  why: 'The operator takes a mode that it does not know without a word, and the job never starts.',
  unconfirmed: 'a mode that it does not know is taken, and the job is never submitted',
  check: ({ submissionMode = 'K8sJobMode', backoffLimit = 0 }) => [
    ...refused(!MODES.includes(submissionMode), 'submissionMode', submissionMode, `one of ${MODES.join(', ')}`),
    ...refused(submissionMode === 'InteractiveMode' && backoffLimit > 0, 'backoffLimit', backoffLimit, '0 in InteractiveMode'),
  ],
};

export const textSurvivesTheShells: Rule<RayJobV1Spec> = {
  id: 'JOB-J18',
  title: 'The command and the environment of a job mean the same to every shell that reads them.',
  severity: 'error',
  source: 'KubeRay common/job.go: the entrypoint is spliced into a shell without quotes, the environment in double quotes (kuberay#3561, #3929)',
  why: 'The submitter runs a part of the command itself, or puts its own values in place of the cluster\'s.',
  unconfirmed: 'the text is a matter of the shell that runs it',
  check: ({ entrypoint, runtimeEnvYAML = '', jobId }) => [
    ...refused(!/^[A-Za-z0-9_@%+=:,./' -]+$/.test(entrypoint ?? ''), 'entrypoint', entrypoint, 'letters, digits, spaces in quotes and any of _@%+=:,./-'),
    ...refused(/[$`]/.test(runtimeEnvYAML), 'runtimeEnvYAML', runtimeEnvYAML, 'no $ and no `'),
    ...refused(jobId !== undefined && !/^[A-Za-z0-9_-]+$/.test(jobId), 'jobId', jobId, 'letters, digits, _ and -'),
  ],
};

export const submitterRunsOnce: Rule<RayJobV1Spec> = {
  id: 'JOB-J19',
  title: 'A submitter is not restarted in place for ever.',
  severity: 'error',
  source: 'Kubernetes: a Job takes Never or OnFailure; kuberay#2210',
  why: 'Kubernetes refuses the submitter, and the operator tries again without end.',
  check: ({ submitterPodTemplate }) => submitterPodTemplate === undefined ? [] : refused(
    !['Never', 'OnFailure'].includes(submitterPodTemplate.spec.restartPolicy ?? ''), 'submitterPodTemplate.spec.restartPolicy', submitterPodTemplate.spec.restartPolicy, '"Never"',
  ),
};

export const ownClusterIsPlain: Rule<RayJobV1Spec> = {
  id: 'JOB-S7',
  title: 'The cluster of a job has no upgrade strategy and no Kubernetes token authentication.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ rayClusterSpec }) => [
    ...refused(rayClusterSpec?.upgradeStrategy !== undefined, 'rayClusterSpec.upgradeStrategy', rayClusterSpec?.upgradeStrategy, 'nothing'),
    ...refused(rayClusterSpec?.authOptions?.enableK8sTokenAuth === true, 'rayClusterSpec.authOptions.enableK8sTokenAuth', true, 'nothing'),
  ],
};

function restartOfHead({ rayClusterSpec }: RayJobV1Spec): string | undefined {
  return rayClusterSpec?.headGroupSpec?.template.spec.restartPolicy;
}

function rulesOf(spec: RayJobV1Spec) {
  return spec.deletionStrategy?.deletionRules ?? [];
}

function versionedFields(spec: RayJobV1Spec): VersionedField[] {
  return [
    { at: 'preRunningDeadlineSeconds', since: FieldSince.PRE_RUNNING_DEADLINE, value: spec.preRunningDeadlineSeconds },
    { at: 'deletionStrategy', since: FieldSince.DELETION_STRATEGY, value: spec.deletionStrategy, gate: GATES.DELETION_POLICY },
    ...rulesOf(spec).map(({ condition }, i) => ({
      at: `deletionStrategy.deletionRules[${i}].condition.jobDeploymentStatus`,
      since: FieldSince.DEPLOYMENT_STATUS_CONDITION,
      value: condition?.jobDeploymentStatus,
    })),
  ];
}
