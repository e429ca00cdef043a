import { describeRules } from './describe-rule';
import { RAY_CRON_JOB_NAME_RULES, RAY_CRON_JOB_RULES } from '../../../src/spec/rules/catalogue';
import * as rules from '../../../src/spec/rules/ray-cron-job';
import { findings } from '../../../src/spec/rules/rule';

describeRules(RAY_CRON_JOB_NAME_RULES, [{ rule: rules.rayCronJobName, passes: 'a'.repeat(36), fails: 'a'.repeat(37), at: 'metadata.name' }]);

describeRules(RAY_CRON_JOB_RULES, [
  { rule: rules.rayCronJobIsKnown, passes: { timeZone: 'Etc/UTC' }, fails: {}, at: 'kind', target: { kuberay: '1.5' } },
  { rule: rules.rayCronJobIsKnown, passes: {}, fails: { timeZone: 'Etc/UTC' }, at: 'timeZone', target: { kuberay: '1.6' } },
  ...[['0 3 * * *', 'TZ=UTC 0 3 * * *'], ['@daily', '@fortnightly'], ['@every 1h30m', '@every day'], ['*/5 * * * 1-5', '0 3 * *']].map(([good, bad]) => (
    { rule: rules.rayCronJobScheduleIsCron, passes: { schedule: good }, fails: { schedule: bad }, at: 'schedule' }
  )),
  ...['', 'CET', 'Local'].map((timeZone) => ({ rule: rules.rayCronJobTimeZoneIsKnown, passes: { timeZone: 'Europe/Berlin' }, fails: { timeZone }, at: 'timeZone' })),
  { rule: rules.rayCronJobHasAJob, passes: { jobTemplate: {} }, fails: {}, at: 'jobTemplate' },
  { rule: rules.rayCronJobGateIsOn, passes: {}, fails: {}, at: 'kind', passingTarget: { kuberay: '1.7', gates: ['RayCronJob'] } },
]);

test('a RayCronJob of an operator that has none is no question of gates', () => {
  expect(findings([rules.rayCronJobGateIsOn], {}, { kuberay: '1.5' })).toEqual([]);
});
