import { record } from './sample';
import { Phase, PHASES } from '../../src/submitter/phases';
import { RunProgress } from '../../src/submitter/run-progress';
import { parseEvent, RuntimeEvent } from '../../src/submitter/runtime-event';

const START = 1_700_000_000;
const event = (after: number, fields: object) => parseEvent(JSON.stringify({ schema: 'runtime-events/v1', at: START + after, run: 'r', attempt: 1, ...fields }))!;
const started = (after: number, phase: string, more: object = {}) => event(after, { type: 'phase', phase, state: 'started', ...more });
const ended = (after: number, phase: string, seconds: number) => event(after, { type: 'phase', phase, state: 'ended', seconds });

function progressOf(events: readonly RuntimeEvent[], isLocal = false): RunProgress {
  const progress = new RunProgress(isLocal ? 'local' : 'url');
  events.forEach((each) => progress.apply(each));
  return progress;
}

const of = (phases: readonly Phase[], name: string) => phases.find((phase) => phase.name === name);
const states = (phases: readonly Phase[], state: string) => phases.filter((phase) => phase.state === state).map(({ name }) => name);

test('every documented step is a row, whatever is known of it', () => {
  expect([true, false].map((isLocal) => progressOf([], isLocal).phases.map(({ name }) => name))).toEqual([[...PHASES], [...PHASES]]);
});

test('what a head on this machine has not is skipped, and says why', () => {
  const { phases } = progressOf([], true);
  expect(states(phases, 'skipped')).toEqual(['provision head', 'provision workers', 'download images']);
  expect(phases.filter(({ state }) => state === 'skipped').every(({ note }) => note!.includes('this machine'))).toBe(true);
});

test('what only Kubernetes sees is not invented behind a URL', () => {
  expect(states(progressOf([]).phases, 'unseen')).toEqual(['provision head', 'initialize head', 'provision workers', 'download images']);
});

test('a step has its start and its time', () => {
  expect(of(progressOf([started(0, 'commit'), ended(2, 'commit', 1.5)]).phases, 'commit')).toEqual({ name: 'commit', state: 'done', startedAt: '2023-11-14T22:13:20.000Z', seconds: 1.5 });
});

test('a step that comes in rounds keeps its first start and adds up', () => {
  const rounds = [started(0, 'plan scans'), ended(1, 'plan scans', 1), started(10, 'plan scans'), ended(12, 'plan scans', 2)];
  expect(of(progressOf(rounds).phases, 'plan scans')).toMatchObject({ startedAt: '2023-11-14T22:13:20.000Z', seconds: 3, state: 'done' });
  expect(of(progressOf(rounds.slice(0, 3)).phases, 'plan scans')).toMatchObject({ state: 'running' });
});

test('another attempt goes through the steps again', () => {
  const { phases } = progressOf([started(0, 'plan scans'), ended(1, 'plan scans', 1), started(2, 'execute UDF'), started(60, 'plan scans', { attempt: 2 })]);
  expect([of(phases, 'plan scans'), of(phases, 'execute UDF')]).toMatchObject([{ state: 'running', startedAt: '2023-11-14T22:14:20.000Z' }, { state: 'waiting', startedAt: null }]);
});

test('a run that fails in the middle of a step says so there, with the time until then', () => {
  const progress = progressOf([started(0, 'download zips'), ended(1, 'download zips', 1), started(2, 'execute UDF')]);
  const phases = progress.steps.whenBrokenOff('failed', START + 7);
  expect(of(phases, 'execute UDF')).toMatchObject({ state: 'failed', seconds: 5 });
  expect(of(phases, 'commit')).toMatchObject({ state: 'skipped', note: 'the run ended before it' });
});

test('a run that succeeds without a step did not need it', () => {
  expect(of(progressOf([]).steps.whenSucceeded(), 'execute UDF')).toMatchObject({ state: 'skipped', note: 'there was nothing to do' });
});

test('a bundle that another machine published was published, in a time that nobody here saw', () => {
  expect(of(progressOf([]).steps.whenSubmitted(), 'publish')).toEqual({ name: 'publish', state: 'done', startedAt: null, seconds: null, note: 'its time was not seen here' });
});

test('what the submitter saw is in the record, and read from there', () => {
  const { phases } = RunProgress.of(record({ phases: [{ name: 'initialize head', startedAt: '2026-11-24T19:59:00.000Z', seconds: 6.1 }] }));
  expect(of(phases, 'initialize head')).toEqual({ name: 'initialize head', state: 'done', startedAt: '2026-11-24T19:59:00.000Z', seconds: 6.1 });
  expect(of(phases, 'publish')).toMatchObject({ state: 'skipped', note: expect.stringContaining('no bundle') as string });
});
