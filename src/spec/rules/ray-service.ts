import { FieldSince, GATES } from '../kuberay-versions';
import { isObjectName, NameLimit } from '../names';
import { RayObject } from '../ray-object';
import { ClusterUpgradeOptions, RayServiceV1Spec } from '../ray-service-types';
import { gatedFields, unknownFields, VersionedField } from './known-fields';
import { refused } from './refused';
import { Rule, Violation } from './rule';

const REFUSED = 'The operator refuses the service: a Warning event, and Ready is False with the reason ValidationFailed.';
const STEPWISE = 'NewClusterWithIncrementalUpgrade';
const UPGRADES = [undefined, STEPWISE, 'NewCluster', 'None'];
const TIMEOUT = 'ray.io/initializing-timeout';

export const rayServiceName: Rule<string> = {
  id: 'NAME-08',
  title: 'The name of a RayService is a DNS label of at most 47 characters.',
  severity: 'error',
  source: 'KubeRay validation.go, ValidateRayServiceMetadata',
  why: REFUSED,
  check: (name) => refused(!isObjectName(name, NameLimit.RAY_JOB), 'metadata.name', name, `at most ${NameLimit.RAY_JOB} lower case letters, digits and dashes, a letter first`),
};

export const initializingTimeoutIsATime: Rule<RayObject<RayServiceV1Spec>> = {
  id: 'SVC-01',
  title: 'The time that a service has to start is a duration of Go or seconds, above zero.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ metadata }) => {
    const value = metadata.annotations?.[TIMEOUT];
    return refused(Boolean(value) && !isTime(value!), `metadata.annotations[${TIMEOUT}]`, value, 'a time such as "30m" or "1800"');
  },
};

export const serviceFieldsAreKnown: Rule<RayServiceV1Spec> = {
  id: 'VER-06',
  title: 'A field of a service is one that the target operator knows.',
  severity: 'error',
  source: 'CRDs of KubeRay 1.4 to 1.7',
  why: 'The API server drops fields that its CRD does not know, without an error.',
  check: (spec, target) => unknownFields(versionedFields(spec), target),
};

export const serviceGatesAreOn: Rule<RayServiceV1Spec> = {
  id: 'VER-07',
  title: 'A field of a service is one that the target operator acts on: its feature gate is on.',
  severity: 'error',
  source: 'KubeRay features.go',
  why: 'The operator upgrades the service at once instead of step by step.',
  unconfirmed: 'a gate that is off makes it act as if the field were not there',
  check: (spec, target) => gatedFields(versionedFields(spec), target),
};

export const headServiceNamesItself: Rule<RayServiceV1Spec> = {
  id: 'SVC-02',
  title: 'The head service of a RayService has no name of its own.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ rayClusterConfig }) => {
    const name = rayClusterConfig?.headGroupSpec?.headService?.metadata?.name;
    return refused(Boolean(name), 'rayClusterConfig.headGroupSpec.headService.metadata.name', name, 'nothing');
  },
};

export const serviceUpgradeIsKnown: Rule<RayServiceV1Spec> = {
  id: 'SVC-03',
  title: 'The upgrade of a service is one that there is.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ upgradeStrategy }) => refused(!UPGRADES.includes(upgradeStrategy?.type), 'upgradeStrategy.type', upgradeStrategy?.type, UPGRADES.filter(Boolean).join(', ')),
};

export const deletionDelayIsATime: Rule<RayServiceV1Spec> = {
  id: 'SVC-04',
  title: 'The old cluster of a service is deleted after whole seconds, at least 0.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ rayClusterDeletionDelaySeconds: delay = 0 }) => refused(!(Number.isInteger(delay) && delay >= 0), 'rayClusterDeletionDelaySeconds', delay, 'a whole number of seconds, at least 0'),
};

export const stepsLeadToTheEnd: Rule<RayServiceV1Spec> = {
  id: 'SVC-05',
  title: 'An upgrade step by step says its steps, and has an autoscaler to make room for them.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go, ValidateClusterUpgradeOptions',
  why: REFUSED,
  unconfirmed: 'the gate of such upgrades is off in KubeRay 1.5 and 1.6, and nothing is checked then',
  check: ({ upgradeStrategy, rayClusterConfig }) => upgradeStrategy?.type !== STEPWISE ? [] : [
    ...refused(rayClusterConfig?.enableInTreeAutoscaling !== true, 'rayClusterConfig.enableInTreeAutoscaling', rayClusterConfig?.enableInTreeAutoscaling, 'true'),
    ...stepProblems(upgradeStrategy.clusterUpgradeOptions),
  ],
};

export const serviceClusterIsPlain: Rule<RayServiceV1Spec> = {
  id: 'SVC-06',
  title: 'The cluster of a service has no upgrade strategy and no Kubernetes token authentication.',
  severity: 'error',
  source: 'KubeRay validation.go',
  why: REFUSED,
  unconfirmed: 'an upgrade strategy without a type is taken for none; one with a type is refused',
  check: ({ rayClusterConfig }) => [
    ...refused(rayClusterConfig?.upgradeStrategy !== undefined, 'rayClusterConfig.upgradeStrategy', rayClusterConfig?.upgradeStrategy, 'nothing'),
    ...refused(rayClusterConfig?.authOptions?.enableK8sTokenAuth === true, 'rayClusterConfig.authOptions.enableK8sTokenAuth', true, 'nothing'),
  ],
};

function versionedFields(spec: RayServiceV1Spec): VersionedField[] {
  const type = spec.upgradeStrategy?.type;
  return [
    { at: 'rayClusterDeletionDelaySeconds', since: FieldSince.SERVICE_DELETION_DELAY, value: spec.rayClusterDeletionDelaySeconds },
    { at: 'upgradeStrategy.clusterUpgradeOptions', since: FieldSince.SERVICE_UPGRADE_OPTIONS, value: spec.upgradeStrategy?.clusterUpgradeOptions },
    { at: 'upgradeStrategy.type', since: FieldSince.SERVICE_UPGRADE_OPTIONS, value: type === STEPWISE ? type : undefined, gate: GATES.INCREMENTAL_UPGRADE },
    { at: 'managedBy', since: FieldSince.SERVICE_MANAGED_BY, value: spec.managedBy },
    { at: 'suspend', since: FieldSince.SERVICE_SUSPEND, value: spec.suspend },
  ];
}

function stepProblems(options: ClusterUpgradeOptions | undefined): Violation[] {
  const at = 'upgradeStrategy.clusterUpgradeOptions';
  if (options === undefined) {
    return refused(true, at, undefined, 'stepSizePercent, intervalSeconds and gatewayClassName');
  }
  const { maxSurgePercent: surge = 100, stepSizePercent: step, intervalSeconds: interval, gatewayClassName: gateway } = options;
  return [
    ...refused(!(surge >= 0 && surge <= 100), `${at}.maxSurgePercent`, surge, 'a number from 0 to 100'),
    ...refused(!(step !== undefined && step >= 0 && step <= surge), `${at}.stepSizePercent`, step, `a number from 0 to maxSurgePercent, ${surge}`),
    ...refused(!(interval !== undefined && interval > 0), `${at}.intervalSeconds`, interval, 'a number above 0'),
    ...refused(!gateway, `${at}.gatewayClassName`, gateway, 'the class of a Gateway that is installed'),
  ];
}

function isTime(text: string): boolean {
  return /^\+?(\d+(\.\d*)?|\.\d+)((ns|us|µs|ms|s|m|h)((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))*)?$/.test(text) && /[1-9]/.test(text) && !/^\+?\d*\.\d*$/.test(text);
}
