import { BACKFILL, STACK } from './sample';
import { BackfillDescriptor } from '../../src/descriptor/stack-descriptor';
import { applyOverrides, waiting } from '../../src/submitter/overrides';

test.each<[string, Partial<BackfillDescriptor>]>([
  ['where=a = 1 AND b = 2', { where: 'a = 1 AND b = 2' }],
  ['batchRows=500', { batchRows: 500 }],
  ['workers.concurrency=4', { workers: { concurrency: 4 } }],
  ['workers.numCpus=0.5', { workers: { numCpus: 0.5 } }],
  ['inputs.text=body', { inputs: { text: 'body' } }],
  ['onError=skip', { onError: 'skip' }],
  ['followAppends=false', { followAppends: false }],
  ['wait=true', { wait: true }],
])('--set %s', (assignment, expected) => {
  expect(applyOverrides(BACKFILL, [assignment])).toEqual({ ...BACKFILL, ...expected });
});

test('several are applied in order, and the job itself is left alone', () => {
  const before = structuredClone(BACKFILL);
  expect(applyOverrides(BACKFILL, ['workers.concurrency=4', 'workers.numGpus=1', 'workers.concurrency=5'])).toMatchObject({ workers: { concurrency: 5, numGpus: 1 } });
  expect(BACKFILL).toEqual(before);
});

test('a list is given with commas', () => {
  expect(applyOverrides(STACK.jobs[1], ['select=doc, words'])).toMatchObject({ select: ['doc', 'words'] });
});

test.each([
  ['batchrows=5', 'no setting "batchrows"', 'did you mean batchRows?'],
  ['workers.concurency=5', 'no setting "workers.concurency"', 'did you mean workers.concurrency?'],
  ['kind=materialized-view', 'no setting "kind"', 'one of those, as in --set table=VALUE'],
  ['name=other', 'no setting "name"', 'one of those, as in --set table=VALUE'],
  ['where.x=1', 'no setting "where.x"', '--set where=VALUE: it has no parts'],
  ['onError=ignore', 'got "ignore", expected fail or skip or retry', '--set onError=fail, or another of them'],
  ['wait=yes', 'got "yes", expected true or false', '--set wait=true, or another of them'],
  ['batchRows=many', 'got "many", expected a whole number of at least 1', '--set batchRows=1, for example'],
  ['batchRows=1.5', 'got "1.5", expected a whole number of at least 1', '--set batchRows=1, for example'],
  ['batchRows=0', 'got "0", expected a whole number of at least 1', '--set batchRows=1, for example'],
  ['workers.numCpus=0', 'got "0", expected a number above 0', '--set workers.numCpus=1, for example'],
  ['batchRows=', 'got "", expected a whole number', '--set batchRows=1, for example'],
  ['where=', 'expected a value', '--set where=VALUE, or leave it out'],
  ['where', 'expected key=value', '--set KEY=VALUE, such as --set batchRows=500'],
  ['workers=4', 'set them one by one: group, concurrency, numCpus, numGpus, memoryBytes', '--set workers.group=VALUE'],
  ['__proto__.x=1', 'no setting "__proto__"', 'one of those, as in --set table=VALUE'],
])('--set %s is refused', (assignment, message, fix) => {
  const apply = () => applyOverrides(BACKFILL, [assignment]);
  expect(apply).toThrow(message);
  expect(() => { try { apply(); } catch (error) { throw new Error((error as { fix: string }).fix); } }).toThrow(fix);
});

describe('--wait', () => {
  test('is the same as the setting', () => {
    expect(waiting(BACKFILL)).toEqual(applyOverrides(BACKFILL, ['wait=true']));
  });

  test('is refused for a view, which waits for nobody', () => {
    expect(() => waiting(STACK.jobs[1])).toThrow(expect.objectContaining({
      code: 'WAIT_NOT_APPLICABLE', exitCode: 2, message: expect.stringContaining('long-docs is a view') as string, fix: expect.stringContaining('without --wait') as string,
    }) as Error);
  });
});
