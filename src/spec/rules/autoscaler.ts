import { GROUP_PRIORITY_RAY } from '../kuberay-versions';
import { AUTOSCALER_INTERVAL_ENV } from '../ray-cluster';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { isBefore, isExactVersion } from '../versions';
import { allGroups, AUTOSCALER_V2_ENV, autoscalerEnv, groupPath, runsAutoscalerV2, workerGroups } from './ray-cluster-fields';
import { Rule } from './rule';

/** The operator keeps the command here that it makes. */
const AUTOSCALER_START_ENV = 'KUBERAY_GEN_AUTOSCALER_START_CMD';

const UPSCALING_MODES = [undefined, 'Default', 'Aggressive', 'Conservative'];

const REFUSED = 'The operator refuses the cluster in a Warning event only: no status, no pods.';

export const idleTimeoutNeedsV2: Rule<RayClusterV1Spec> = {
  id: 'RAY-A1',
  title: 'The idle timeout of a group needs autoscaler v2, written out.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go; kuberay#4162',
  why: REFUSED,
  check: (spec) => runsAutoscalerV2(spec) ? [] : workerGroups(spec).filter((group) => group.idleTimeoutSeconds !== undefined).map((group) => ({
    at: `${groupPath(group)}.idleTimeoutSeconds`,
    got: group.idleTimeoutSeconds,
    expected: 'no idle timeout of a group unless autoscalerOptions.version is "v2"',
    fix: 'set autoscalerOptions.version to "v2", although newer Ray releases default to it',
  })),
};

export const idleTimeoutKeepsAWorker: Rule<RayClusterV1Spec> = {
  id: 'RAY-A1b',
  title: 'The idle timeout of a group is at least a second.',
  severity: 'error',
  since: '1.3',
  source: 'KubeRay validation.go refuses less than 0; 0 is ours',
  why: 'A group that may leave at once never keeps a worker long enough to start a task.',
  unconfirmed: 'zero is a number like others; less is refused',
  check: (spec) => workerGroups(spec).filter((group) => !isTimeout(group.idleTimeoutSeconds)).map((group) => ({
    at: `${groupPath(group)}.idleTimeoutSeconds`,
    got: group.idleTimeoutSeconds,
    expected: 'a whole number of seconds, at least 1',
    fix: 'idleTimeout: Duration.seconds(60)',
  })),
};

export const priorityNeedsV2AndRay: Rule<RayClusterV1Spec> = {
  id: 'RAY-A2',
  title: 'The priority of a group needs autoscaler v2 and Ray 2.56.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go, 1.7',
  why: REFUSED,
  check: (spec) => runsAutoscalerV2(spec) && !isBefore(spec.rayVersion ?? '', GROUP_PRIORITY_RAY) ? [] :
    workerGroups(spec).filter((group) => (group.priority ?? 0) !== 0).map((group) => ({
      at: `${groupPath(group)}.priority`,
      got: group.priority,
      expected: `no priority unless rayVersion is at least ${GROUP_PRIORITY_RAY} and autoscalerOptions.version is "v2"`,
      fix: `use an image with Ray ${GROUP_PRIORITY_RAY}, or drop the priority`,
    })),
};

export const clusterIdleTimeout: Rule<RayClusterV1Spec> = {
  id: 'RAY-A3',
  title: 'The idle timeout of a cluster is at least a second.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ autoscalerOptions }) => isTimeout(autoscalerOptions?.idleTimeoutSeconds) ? [] : [{
    at: 'autoscalerOptions.idleTimeoutSeconds',
    got: autoscalerOptions?.idleTimeoutSeconds,
    expected: 'a whole number of seconds, at least 1',
    fix: 'set it to 60, the default of Ray, or leave it out',
  }],
};

export const oneSwitchForTheVersion: Rule<RayClusterV1Spec> = {
  id: 'RAY-A4',
  title: 'The version of the autoscaler is said once.',
  severity: 'error',
  since: '1.4',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.autoscalerOptions?.version === undefined || autoscalerEnv(spec) === undefined ? [] : [{
    at: `headGroupSpec.template.spec.containers[0].env[${AUTOSCALER_V2_ENV}]`,
    got: autoscalerEnv(spec),
    expected: 'autoscalerOptions.version or this variable, not both',
    fix: 'drop the variable',
  }],
};

export const v2NeverRestartsInPlace: Rule<RayClusterV1Spec> = {
  id: 'RAY-A6',
  title: 'Autoscaler v2 needs pods that are never restarted in place.',
  severity: 'error',
  since: '1.4',
  source: 'KubeRay validation.go, up to 1.7 (relaxed for heads by kuberay#4816)',
  why: REFUSED,
  check: (spec) => !runsAutoscalerV2(spec) ? [] :
    allGroups(spec).filter(({ group }) => !['Never', undefined].includes(group.template.spec.restartPolicy)).map(({ at, group }) => ({
      at: `${at}.template.spec.restartPolicy`,
      got: group.template.spec.restartPolicy,
      expected: '"Never", or nothing',
      fix: 'drop restartPolicy: autoscaler v2 replaces pods, it does not restart them',
    })),
};

export const switchNeedsAutoscaling: Rule<RayClusterV1Spec> = {
  id: 'RAY-A5',
  title: 'The switch for autoscaler v2 is on only when there is an autoscaler.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.enableInTreeAutoscaling === true || !['1', 'true'].includes(autoscalerEnv(spec) ?? '') ? [] : [{
    at: `headGroupSpec.template.spec.containers[0].env[${AUTOSCALER_V2_ENV}]`,
    got: autoscalerEnv(spec),
    expected: 'nothing unless enableInTreeAutoscaling is true',
    fix: 'drop the variable',
  }],
};

export const autoscaledGroupIsNotSuspended: Rule<RayClusterV1Spec> = {
  id: 'RAY-A8',
  title: 'No group of a cluster that scales by itself is suspended.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: (spec) => spec.enableInTreeAutoscaling !== true ? [] : workerGroups(spec).filter(({ suspend }) => suspend === true).map((group) => ({
    at: `${groupPath(group)}.suspend`,
    got: true,
    expected: 'nothing while enableInTreeAutoscaling is true',
    fix: 'set maxReplicas of the group to 0',
  })),
};

export const startCommandIsTheOperators: Rule<RayClusterV1Spec> = {
  id: 'RAY-A9',
  title: 'The start command of the autoscaler is not set by a variable.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ autoscalerOptions }) => (autoscalerOptions?.env ?? []).filter(({ name }) => name === AUTOSCALER_START_ENV).map(({ value }) => ({
    at: `autoscalerOptions.env[${AUTOSCALER_START_ENV}]`,
    got: value,
    expected: 'nothing: the operator sets it',
    fix: 'drop the variable',
  })),
};

export const exactRayVersion: Rule<RayClusterV1Spec> = {
  id: 'RAY-V1',
  title: 'A cluster says the exact Ray release of its image.',
  severity: 'error',
  source: 'KubeRay pod.go: probes and feature checks go by rayVersion',
  why: 'An unset or vague version gets the probes of old releases, which fail on images without wget (kuberay#3837).',
  unconfirmed: 'it takes any text, and picks probes by what it can read of it',
  check: (spec) => isExactVersion(spec.rayVersion ?? '') ? [] : [{
    at: 'rayVersion',
    got: spec.rayVersion,
    expected: 'the exact release that the image contains, such as "2.54.0"',
    fix: 'print ray.__version__ in the image and use that',
  }],
};

export const v1RestartsNothingEither: Rule<RayClusterV1Spec> = {
  id: 'RAY-A7',
  title: 'Workers that autoscaler v1 manages are not restarted in place.',
  severity: 'advice',
  source: 'KubeRay raycluster_controller.go',
  why: 'The operator says so in a Warning event: a worker that restarts is idle to Ray and lost to the autoscaler.',
  check: (spec) => spec.enableInTreeAutoscaling !== true || runsAutoscalerV2(spec) ? [] :
    workerGroups(spec).filter((group) => !['Never', undefined].includes(group.template.spec.restartPolicy)).map((group) => ({
      at: `${groupPath(group)}.template.spec.restartPolicy`,
      got: group.template.spec.restartPolicy,
      expected: '"Never", or nothing',
      fix: 'drop restartPolicy',
    })),
};

export const intervalIsWholeSeconds: Rule<RayClusterV1Spec> = {
  id: 'RAY-A10',
  title: 'The interval of the autoscaler is whole seconds, at least one.',
  severity: 'error',
  source: 'Ray 2.60, autoscaler/_private/constants.py: the variable is read as a whole number, once, at the start',
  why: 'The autoscaler stops as it starts, or never rests; no worker comes.',
  unconfirmed: 'it is the autoscaler that reads the variable, when it starts',
  check: ({ autoscalerOptions }) => (autoscalerOptions?.env ?? []).filter(({ name, value }) => name === AUTOSCALER_INTERVAL_ENV && !/^[1-9]\d*$/.test(value ?? '1')).map(({ value }) => ({
    at: `autoscalerOptions.env[${AUTOSCALER_INTERVAL_ENV}]`,
    got: value,
    expected: 'a whole number of seconds, at least 1',
    fix: 'autoscalerInterval: Duration.seconds(1)',
  })),
};

export const upscalingModeIsKnown: Rule<RayClusterV1Spec> = {
  id: 'RAY-A11',
  title: 'The upscaling mode is one that there is.',
  severity: 'error',
  source: 'CRD of KubeRay',
  why: 'The API server refuses the cluster.',
  check: ({ autoscalerOptions }) => UPSCALING_MODES.includes(autoscalerOptions?.upscalingMode) ? [] : [{
    at: 'autoscalerOptions.upscalingMode',
    got: autoscalerOptions?.upscalingMode,
    expected: '"Default", "Aggressive" or "Conservative"',
    fix: 'upscalingMode: UpscalingMode.CONSERVATIVE, or drop it',
  }],
};

function isTimeout(seconds: number | undefined): boolean {
  return seconds === undefined || (Number.isInteger(seconds) && seconds >= 1);
}
