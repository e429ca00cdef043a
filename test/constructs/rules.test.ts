import { App, Chart, Duration, Size } from 'cdk8s';
import { environment, manifests, newChart } from './synthesized';
import { Authentication, ComputeEnvironment, NetworkIsolation, Rules } from '../../src';

let printed: string[];

beforeEach(() => {
  printed = [];
  jest.restoreAllMocks(); // advice is printed here
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
});

afterEach(() => jest.restoreAllMocks());

/** An environment with warm GPU workers, which is worth a remark. */
function costly(chart = newChart()): ComputeEnvironment {
  const env = environment({}, chart);
  env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, minReplicas: 1, maxReplicas: 8 });
  return env;
}

test('the smallest environment needs no advice', () => {
  expect(Rules.advice(environment())).toEqual([]);
});

test('advice names the construct and the way out, and stops nothing', () => {
  expect(manifests(costly()).length).toBeGreaterThan(0);
  expect(printed).toEqual([[
    'advice: test/features/RayCluster: workerGroupSpecs[gpu].minReplicas: got 1, expected 0, so that GPU nodes are bought for work only.',
    '  Workers below minReplicas stay, and are paid for, as long as the cluster exists.',
    '  Fix: minReplicas: 0, or write down why these stay   [COST-01, docs/rules.md#cost-01]',
    '',
  ].join('\n')]);
});

test('advice is printed once, however many charts there are', () => {
  const env = costly();
  new Chart(App.of(env), 'other');
  App.of(env).synth();
  manifests(env);
  expect(printed).toHaveLength(1);
});

test('errors come out whether or not there is advice', () => {
  const env = costly();
  env.addWorkerGroup('bad', { cpu: 1, memory: Size.gibibytes(2), minReplicas: 2, maxReplicas: 1 });
  expect(() => manifests(env)).toThrow(/RAY-P4/);
});

test.each(['the cluster', 'the environment', 'the chart', 'the app'])('advice that was acknowledged at %s goes quiet', (where) => {
  const env = costly();
  const scope = { 'the cluster': env.cluster, 'the environment': env, 'the chart': Chart.of(env), 'the app': App.of(env) }[where]!;
  Rules.acknowledge(scope, 'COST-01', 'the demo must not wait');
  manifests(env);
  expect(Rules.advice(App.of(env))).toEqual([]);
  expect(printed).toEqual([]);
});

test('an acknowledgement holds for its rule and its construct alone', () => {
  const chart = newChart();
  const env = costly(chart);
  env.addWorkerGroup('slow', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8, idleTimeout: Duration.hours(1) });
  Rules.acknowledge(env, 'COST-01', 'the demo must not wait');
  expect(Rules.advice(chart)).toEqual([expect.stringContaining('COST-02')]);
});

test('an acknowledgement that matches nothing is advice', () => {
  const env = environment();
  Rules.acknowledge(env, 'COST-01', 'there were GPUs once');
  manifests(env);
  expect(printed).toEqual([expect.stringMatching(/^advice: test\/features: Rules\.acknowledge\('COST-01'\): got "nothing of it here or below".*ACK-01/s)]);
});

test.each([
  ['RAY-A1', 'because', /got "RAY-A1", expected advice: RAY-A1 is an error/],
  ['COST-1', 'because', /got "COST-1", expected one of ACK-01, COLD-01, /],
  ['COST-01', ' ', /test\/features: Rules\.acknowledge\('COST-01'\): got " ", expected a reason/],
])('%s %j is refused', (id, reason, message) => {
  expect(() => Rules.acknowledge(environment(), id, reason)).toThrow(message);
});

test('what is left open on purpose is advice to acknowledge', () => {
  const env = environment({ authentication: Authentication.NONE, networkIsolation: NetworkIsolation.none() });
  expect(Rules.advice(env).map((text) => /\[([A-Z]+-\d+)/.exec(text)![1])).toEqual(['SAFE-02', 'SAFE-01']);
});
