import { describeRules } from './describe-rule';
import { SCHEDULE_RULES, SCHEDULED_CODE_ADVICE } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/schedules';
import { CronJobSpec, scheduledSubmitSpec } from '../../../src/spec/scheduled-submit';

const GOOD = scheduledSubmitSpec({
  clusterLabel: 'features',
  job: 'captions',
  schedule: '0 3 * * *',
  timeZone: 'Etc/UTC',
  suspended: false,
  timeLimitSeconds: 60,
  image: 'submitter:1',
  serviceAccountName: 'submitter',
  target: 'http://head:8265',
  stack: { directory: '/stack' },
  podLabels: {},
});

function at(schedule: string): CronJobSpec {
  return { ...GOOD, schedule };
}

function zone(timeZone: string): CronJobSpec {
  return { ...GOOD, timeZone };
}

describeRules(SCHEDULE_RULES, [
  ...([
    ['0 3 * * *', '0 3 * *'],
    ['*/5 0-23/2 1,15 jan-DEC mon-fri', '*/0 * * * *'],
    ['59 23 31 12 6', '60 23 31 12 6'],
    ['0 0 ? * 0', '0 24 * * *'],
    ['1-5,10 * * * *', '5-1 * * * *'],
    ['0 0 1 1 *', '0 0 0 1 *'],
    ['0 0 1 1 *', 'TZ=UTC 0 0 1 1 *'],
    ['0 0 1 1 *', '@daily please'],
    ['0 0 1 1 *', ''],
  ]).map(([good, bad]) => ({ rule: rules.scheduleIsCron, passes: at(good), fails: at(bad), at: 'schedule' })),
  { rule: rules.timeZoneIsKnown, passes: zone('Europe/Berlin'), fails: zone('CET'), at: 'timeZone' },
  { rule: rules.timeZoneIsKnown, passes: zone('America/Argentina/Buenos_Aires'), fails: zone('+02:00'), at: 'timeZone' },
  { rule: rules.timeZoneIsKnown, passes: zone('Etc/UTC'), fails: zone('Local'), at: 'timeZone' },
  { rule: rules.timeZoneIsKnown, passes: zone('Asia/Kolkata'), fails: zone('Europe/Berln'), at: 'timeZone' },
  { rule: rules.timeZoneIsKnown, passes: zone('UTC'), fails: zone('Mars/Base'), at: 'timeZone' },
  { rule: rules.timeZoneIsKnown, passes: zone('America/New_York'), fails: zone('America/New_york'), at: 'timeZone' },
  { rule: rules.missedRunsAreDropped, passes: GOOD, fails: { ...GOOD, startingDeadlineSeconds: 9 }, at: 'startingDeadlineSeconds' },
  { rule: rules.missedRunsAreDropped, passes: GOOD, fails: { ...GOOD, startingDeadlineSeconds: undefined }, at: 'startingDeadlineSeconds' },
  { rule: rules.runsEnd, passes: GOOD, fails: { ...GOOD, concurrencyPolicy: 'Allow' }, at: 'concurrencyPolicy' },
  {
    rule: rules.runsEnd,
    passes: GOOD,
    fails: { ...GOOD, jobTemplate: { spec: { template: GOOD.jobTemplate.spec.template } } },
    at: 'jobTemplate.spec.activeDeadlineSeconds',
  },
]);

describeRules(SCHEDULED_CODE_ADVICE, [
  { rule: rules.scheduledCodeIsPublished, passes: { digest: 'a', stackDirectory: '/app/dist' }, fails: { digest: 'a' }, at: 'scheduleSubmitter.stackDirectory' },
  { rule: rules.scheduledCodeIsPublished, passes: {}, fails: { digest: 'b' }, at: 'scheduleSubmitter.stackDirectory' },
]);
