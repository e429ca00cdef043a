import { CronJobSpec } from '../scheduled-submit';
import { Rule } from './rule';

/** Bounds of the five fields: minute, hour, day of the month, month, day of the week. */
const FIELDS = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 6]];
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** The controller looks every ten seconds. */
const LEAST_STARTING_DEADLINE_SECONDS = 10;

export const scheduleIsCron: Rule<CronJobSpec> = {
  id: 'JOB-05',
  title: 'A schedule has the five fields of cron, each within its bounds.',
  severity: 'error',
  source: 'Kubernetes documentation, CronJob; github.com/robfig/cron, which reads it; a time zone in the schedule is refused',
  why: 'The API server refuses the CronJob.',
  check: ({ schedule }) => isCron(schedule) ? [] : [{
    at: 'schedule',
    got: schedule,
    expected: 'minute, hour, day of the month, month and day of the week, such as "0 3 * * 1-5"',
    fix: "Cron.schedule({ minute: '0', hour: '3' }), and the time zone in timeZone",
  }],
};

export const timeZoneIsKnown: Rule<CronJobSpec> = {
  id: 'JOB-06',
  title: 'A time zone is one of the IANA names.',
  severity: 'error',
  source: 'Kubernetes documentation, CronJob time zones; the names are those that Node knows',
  why: 'The API server refuses the CronJob. Abbreviations such as CET are no names: they say nothing about summer time.',
  check: ({ timeZone }) => timeZone === undefined || isTimeZone(timeZone) ? [] : [{
    at: 'timeZone',
    got: timeZone,
    expected: 'a name such as "Etc/UTC" or "Europe/Berlin"',
    fix: "timeZone: 'Europe/Berlin'",
  }],
};

export const missedRunsAreDropped: Rule<CronJobSpec> = {
  id: 'JOB-07',
  title: 'A run that could not start in time starts within a deadline, or not at all.',
  severity: 'error',
  source: 'Kubernetes documentation, CronJob startingDeadlineSeconds: below 10 a run may never start; without one, 100 missed runs stop the schedule for good',
  why: 'After a longer outage the schedule stops, with an event only.',
  check: ({ startingDeadlineSeconds }) => (startingDeadlineSeconds ?? 0) >= LEAST_STARTING_DEADLINE_SECONDS ? [] : [{
    at: 'startingDeadlineSeconds',
    got: startingDeadlineSeconds,
    expected: `at least ${LEAST_STARTING_DEADLINE_SECONDS}`,
    fix: 'startingDeadlineSeconds: 600, what is emitted',
  }],
};

export const runsEnd: Rule<CronJobSpec> = {
  id: 'JOB-08',
  title: 'A scheduled run ends, and no second one starts beside it.',
  severity: 'error',
  source: 'Kubernetes documentation, CronJob concurrencyPolicy and Job activeDeadlineSeconds',
  why: 'Two runs of a job write the same column, so the second fails; one that never ends holds up all that follow.',
  check: ({ concurrencyPolicy, jobTemplate }) => [
    ...(concurrencyPolicy === 'Forbid' ? [] : [{ at: 'concurrencyPolicy', got: concurrencyPolicy, expected: '"Forbid"', fix: 'drop the patch' }]),
    ...((jobTemplate.spec.activeDeadlineSeconds ?? 0) > 0 ? [] : [{
      at: 'jobTemplate.spec.activeDeadlineSeconds',
      got: jobTemplate.spec.activeDeadlineSeconds,
      expected: 'the seconds that a run may take',
      fix: 'timeLimit: Duration.hours(24), the default',
    }]),
  ],
};

/** The code of jobs that run by the clock. */
export interface ScheduledCode {
  /** Of the bundle. Absent: the code is in the image of the Ray pods. */
  readonly digest?: string;
  /** Where the submitter's image has what synth wrote. Absent: nowhere. */
  readonly stackDirectory?: string;
}

export const scheduledCodeIsPublished: Rule<ScheduledCode> = {
  id: 'JOB-09',
  title: 'Whoever submits by the clock has the code to publish, or somebody else publishes it.',
  severity: 'advice',
  source: 'ours: geneva-stack submit goes on with a bundle that the store has whole',
  why: 'A bundle that nobody published fails each run, until somebody does.',
  check: ({ digest, stackDirectory }) => digest === undefined || stackDirectory !== undefined ? [] : [{
    at: 'scheduleSubmitter.stackDirectory',
    got: stackDirectory,
    expected: 'the directory of the image that holds what cdk8s synth wrote, since the environment has a workspace',
    fix: "run cdk8s synth when the image is built, and say stackDirectory: '/app/dist'; or run geneva-stack publish wherever you apply, and acknowledge this",
  }],
};

/** Whether a text has the five fields of cron, each within its bounds. */
export function isCron(schedule: string): boolean {
  const fields = schedule.split(' ');
  return fields.length === FIELDS.length && fields.every((field, i) => field.split(',').every((part) => isPart(part, i)));
}

/** Whether a text is an IANA name. Intl alone takes abbreviations and offsets, too, and upper case for lower, which the cluster reads as a path. */
export function isTimeZone(name: string): boolean {
  const known = /^(Etc\/)?UTC$|^[A-Z][A-Za-z_]+(\/[A-Za-z0-9_+-]+){1,2}$/.test(name) ? knownZone(name) : undefined;
  return known !== undefined && (known === name || known.toLowerCase() !== name.toLowerCase()); // else: another name of the same zone
}

/** The zone of that name; Node brings the list. */
function knownZone(name: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) { return undefined; }
    throw error;
  }
}

/** `*`, a number or name, a range of them; each with a step behind it. */
function isPart(part: string, field: number): boolean {
  const [, from, to, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  if (from === undefined) {
    return false;
  }
  if (from === '*' || from === '?') {
    return to === undefined;
  }
  const [first, last] = [valueOf(from, field), to === undefined ? undefined : valueOf(to, field)];
  return isWithin(first, field) && (to === undefined || (isWithin(last, field) && last! >= first!)) && (step === undefined || Number(step) > 0);
}

function valueOf(text: string, field: number): number | undefined {
  const names = field === 3 ? MONTHS : field === 4 ? DAYS : [];
  const named = names.indexOf(text.toLowerCase());
  return named >= 0 ? named + FIELDS[field][0] : /^\d+$/.test(text) ? Number(text) : undefined;
}

function isWithin(value: number | undefined, field: number): boolean {
  const [least, most] = FIELDS[field];
  return value !== undefined && value >= least && value <= most;
}
