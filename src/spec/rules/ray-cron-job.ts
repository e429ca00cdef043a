import { FieldSince, GATES } from '../kuberay-versions';
import { isObjectName, NameLimit } from '../names';
import { RayCronJobV1Spec } from '../ray-service-types';
import { gatedFields, unknownFields } from './known-fields';
import { refused } from './refused';
import { Rule } from './rule';
import { isCron, isTimeZone } from './schedules';

const REFUSED = 'The operator refuses the schedule in a Warning event only; no job ever starts.';

/** Names for schedules that are often wanted, and an interval; read by the same library that reads the five fields. */
const DESCRIPTOR = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly|every (\d+(\.\d+)?(ms|s|m|h))+)$/;

export const rayCronJobName: Rule<string> = {
  id: 'NAME-09',
  title: 'The name of a RayCronJob is a DNS label of at most 36 characters.',
  severity: 'error',
  source: 'KubeRay validation.go, ValidateRayCronJobSpec: its RayJobs add eleven characters',
  why: REFUSED,
  check: (name) => refused(!isObjectName(name, NameLimit.RAY_CRON_JOB), 'metadata.name', name, `at most ${NameLimit.RAY_CRON_JOB} lower case letters, digits and dashes, a letter first`),
};

export const rayCronJobIsKnown: Rule<RayCronJobV1Spec> = {
  id: 'VER-08',
  title: 'The target operator knows RayCronJobs, and what one is said with.',
  severity: 'error',
  source: 'CRDs of KubeRay 1.4 to 1.7',
  why: 'The API server knows no such kind, or drops the field without an error.',
  check: (spec, target) => unknownFields([
    { at: 'kind', since: FieldSince.CRON_JOB, value: 'RayCronJob' },
    { at: 'timeZone', since: FieldSince.CRON_TIME_ZONE, value: spec.timeZone },
  ], target),
};

export const rayCronJobGateIsOn: Rule<RayCronJobV1Spec> = {
  id: 'VER-09',
  title: 'The target operator acts on RayCronJobs: their feature gate is on.',
  severity: 'error',
  source: 'KubeRay features.go',
  why: 'The API server takes the object, and no job ever starts.',
  check: (_spec, target) => gatedFields([{ at: 'kind', since: FieldSince.CRON_JOB, value: 'RayCronJob', gate: GATES.CRON_JOB }], target),
};

export const rayCronJobScheduleIsCron: Rule<RayCronJobV1Spec> = {
  id: 'CRON-01',
  title: 'The schedule of a RayCronJob is five fields of cron or a descriptor, without a time zone.',
  severity: 'error',
  since: '1.6',
  source: 'KubeRay validation.go; github.com/robfig/cron, ParseStandard',
  why: REFUSED,
  check: ({ schedule = '' }) => refused(!isCron(schedule) && !DESCRIPTOR.test(schedule), 'schedule', schedule, '"0 3 * * *", "@daily" or "@every 12h"; the time zone in timeZone'),
};

export const rayCronJobTimeZoneIsKnown: Rule<RayCronJobV1Spec> = {
  id: 'CRON-02',
  title: 'The time zone of a RayCronJob is one of the IANA names.',
  severity: 'error',
  since: '1.7',
  source: 'KubeRay validation.go',
  why: REFUSED,
  check: ({ timeZone }) => refused(timeZone !== undefined && !isTimeZone(timeZone), 'timeZone', timeZone, 'a name such as "Etc/UTC" or "Europe/Berlin"'),
};

export const rayCronJobHasAJob: Rule<RayCronJobV1Spec> = {
  id: 'CRON-03',
  title: 'A RayCronJob says which job it starts.',
  severity: 'error',
  since: '1.6',
  source: 'CRD of KubeRay 1.6; what the job says is checked by the rules for RayJobs',
  why: 'The API server refuses the object.',
  check: ({ jobTemplate }) => refused(jobTemplate === undefined, 'jobTemplate', undefined, 'the spec of a RayJob'),
};
