import { JobSchedule } from './job-schedule';
import { OPTIONS } from './known-options';
import { requireFlag, requireText } from './plain-options';
import { requireObject } from './require-object';
import { requireKnown } from './require-options';

const FIELDS = ['minute', 'hour', 'day', 'month', 'weekDay'];
const EVERY_DAY_AT_THREE = ['0', '3', '*', '*', '*'];

/** Refuses a schedule that has no times, or has them otherwise than it has to. */
export function requireSchedule(path: string, schedule: JobSchedule): void {
  requireKnown(path, schedule, OPTIONS.SCHEDULE, 'schedule');
  const { cron, timeZone, suspended } = schedule;
  requireObject(path, { at: 'schedule.cron', got: cron, has: 'expressionString', expected: 'a Cron of cdk8s', fix: `cron: ${meantCron(cron)}` });
  requireText({ path, at: 'schedule.timeZone', got: timeZone }, 'timeZone: "Europe/Berlin"');
  requireFlag({ path, at: 'schedule.suspended', got: suspended });
}

/** The times that an expression of five fields names, or every day at three. */
function meantCron(got: unknown): string {
  const fields = typeof got === 'string' ? got.trim().split(/\s+/) : [];
  const named = FIELDS.map((name, i) => ({ name, value: fields.length === FIELDS.length ? fields[i] : EVERY_DAY_AT_THREE[i] })).filter(({ value }) => value !== '*');
  return named.length === 0 ? 'Cron.everyMinute()' : `Cron.schedule({ ${named.map(({ name, value }) => `${name}: '${value}'`).join(', ')} })`;
}
