import { describe as describeFinding, findings, Rule } from '../../../src/spec/rules/rule';

const RULE: Rule<number> = {
  id: 'TEST-A1b',
  title: 'A timeout is at least a second.',
  severity: 'error',
  since: '1.5',
  source: 'the test',
  why: 'A worker that may leave at once never starts a task.',
  check: (seconds) => seconds > 0 ? [] : [{ at: 'idleTimeout', got: seconds, expected: 'at least 1', fix: 'idleTimeout: Duration.seconds(60)' }],
};

test('a finding says what is wrong, where, why, how to fix it and where to read on', () => {
  const [finding] = findings([RULE], 0, { kuberay: '1.7' });
  expect(describeFinding(finding, 'app/features')).toBe([
    'app/features: idleTimeout: got 0, expected at least 1.',
    '  A worker that may leave at once never starts a task.',
    '  Fix: idleTimeout: Duration.seconds(60)   [TEST-A1b, docs/rules.md#test-a1b]',
  ].join('\n'));
});

test('a rule is silent for operators that lack what it speaks of', () => {
  expect(findings([RULE], 0, { kuberay: '1.4' })).toEqual([]);
});
