import { statSync, writeFileSync } from 'fs';
import { join } from 'path';
import { formatValidator } from '../../src/descriptor/format';
import { withAttempt, withNextAttempt } from '../../src/submitter/run-record';
import { RunStore } from '../../src/submitter/run-store';
import { temporaryDirectory } from '../temporary-directory';
import { record } from './sample';

test('a record is read back as it was written, and follows its schema', () => {
  const store = new RunStore(temporaryDirectory());
  const saved = store.save(withNextAttempt(withAttempt(record(), { state: 'lost', reason: 'head gone' }), new Date(0)));
  expect(store.find(saved.run)).toEqual(saved);
  expect(formatValidator('run-record')(JSON.parse(JSON.stringify(saved)))).toBe(true);
});

test('records are private to their owner', () => {
  const directory = temporaryDirectory();
  new RunStore(directory).save(record());
  expect((statSync(join(directory, 'runs', `${record().run}.json`)).mode % 0o1000).toString(8)).toBe('600');
  expect((statSync(join(directory, 'runs')).mode % 0o1000).toString(8)).toBe('700');
});

test('all records come oldest first', () => {
  const store = new RunStore(temporaryDirectory());
  const young = store.save(record({ run: 'b', createdAt: '2026-02-01T00:00:00.000Z' }));
  const old = store.save(record({ run: 'c', createdAt: '2026-01-01T00:00:00.000Z' }));
  expect(store.all()).toEqual([old, young]);
});

test('an unknown run is undefined, and a path is no run', () => {
  const store = new RunStore(temporaryDirectory());
  expect(store.find('nothing')).toBeUndefined();
  expect(() => store.find('../../etc/passwd')).toThrow('"../../etc/passwd" is not a run id');
});

test.each([['{', 'JSON'], ['{"schema":"run-record/v2"}', 'expected run-record/v1']])('a damaged record %p is an error that names the file', (content, message) => {
  const directory = temporaryDirectory();
  const store = new RunStore(directory);
  writeFileSync(join(directory, 'runs', 'x.json'), content);
  expect(() => store.find('x')).toThrow(join(directory, 'runs', 'x.json'));
  expect(() => store.find('x')).toThrow(message);
});
