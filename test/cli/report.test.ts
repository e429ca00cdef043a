import { spawnSync } from 'child_process';
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { RunRecord, withAttempt } from '../../src/submitter/run-record';
import { RunStore } from '../../src/submitter/run-store';
import { record } from '../submitter/sample';
import { temporaryDirectory } from '../temporary-directory';

/** The compiled command line, where no head is up and this run is recorded. */
function stack(made: RunRecord, ...args: string[]) {
  const [cwd, state] = [temporaryDirectory(), temporaryDirectory()];
  new RunStore(state).save(made);
  const main = join(__dirname, '..', '..', 'lib', 'cli', 'main.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], { env: { ...process.env, GENEVA_STACK_STATE: state }, cwd, encoding: 'utf8' });
  return { code: status, stdout, stderr, cwd };
}

const FAILED = withAttempt(record(), { state: 'failed', submittedAt: '2026-11-24T20:00:01.000Z', endedAt: '2026-11-24T20:00:09.000Z', reason: 'OSError: no space left' });

test('the page of a run is named after it, and needs no head', () => {
  const { code, stdout, cwd } = stack(FAILED, 'report', FAILED.run);
  expect([code, stdout]).toEqual([0, `wrote ${FAILED.run}.html\n`]);
  expect(readFileSync(join(cwd, `${FAILED.run}.html`), 'utf8')).toContain('<p>OSError: no space left</p>');
});

test('a file that cannot be written is a usage error', () => {
  expect(stack(FAILED, 'report', FAILED.run, '--output', '/no/such/place/r.html')).toMatchObject({ code: 2, stderr: expect.stringContaining('--output /no/such/place/r.html: ENOENT') as string });
});

test('a run that may go on where nobody answers is not told as if it had ended', () => {
  const open = withAttempt(record({ target: 'http://127.0.0.1:9' }), { state: 'submitted' });
  const { code, stderr, cwd } = stack(open, 'report', open.run); // where it was submitted is looked for by itself
  expect([code, stderr, existsSync(join(cwd, `${open.run}.html`))]).toEqual([7, expect.stringContaining('no Ray head answers at http://127.0.0.1:9'), false]);
});

test('status of a run that is recorded needs no head, either', () => {
  expect(stack(FAILED, 'status', FAILED.run)).toMatchObject({ code: 1, stdout: expect.stringContaining('error: OSError: no space left') as string });
});
