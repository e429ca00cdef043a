import { mkdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ExitCode } from '../../src/submitter/exit-code';
import { asFailure } from '../../src/submitter/failure';
import { NoContactError } from '../../src/submitter/no-contact';
import { RunStore } from '../../src/submitter/run-store';
import { SubmitterError } from '../../src/submitter/submitter-error';
import { temporaryDirectory } from '../temporary-directory';

/** What a person is told of the error that some work ends with. */
function told(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return asFailure(error);
  }
  throw new Error('it was to fail');
}

test('an error that knows what to do says so', () => {
  expect(asFailure(new SubmitterError('JOB_UNKNOWN', ExitCode.USAGE, 'no job', 'name one'))).toEqual({ code: 'JOB_UNKNOWN', message: 'no job', fix: 'name one', exitCode: 2 });
});

test('a head that is lost in the middle of a command is lost contact, not a bug', () => {
  expect(asFailure(new NoContactError('ECONNRESET'))).toMatchObject({ code: 'LOST_CONTACT', exitCode: 5, message: expect.stringContaining('ECONNRESET') as string, fix: expect.stringContaining('geneva-stack doctor') as string });
});

test('what the system refuses names the path, and is not a bug either', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  expect(told(() => mkdirSync(join(file, 'below')))).toMatchObject({ code: 'ENOTDIR', exitCode: 2, message: expect.stringContaining(file) as string, fix: expect.stringContaining('not a directory') as string });
  expect(told(() => new RunStore(join(file, 'state')))).toMatchObject({ exitCode: 2 });
});

test('anything else is to be reported', () => {
  expect(asFailure(new TypeError('x is not a function'))).toMatchObject({ code: 'INTERNAL', exitCode: 1, fix: expect.stringContaining('--verbose') as string });
  expect(asFailure('text')).toMatchObject({ message: 'text' });
});

test('a damaged record says how to go on without it', () => {
  const state = temporaryDirectory();
  const store = new RunStore(state);
  const path = join(state, 'runs', 'features-word-count-1.json');
  writeFileSync(path, '{');
  expect(told(() => store.all())).toMatchObject({ code: 'RECORD_DAMAGED', fix: `mv ${path} ${path}.damaged; if the run goes on: geneva-stack attach features-word-count-1` });
});
