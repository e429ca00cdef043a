import { chmodSync, writeFileSync } from 'fs';
import { join } from 'path';
import { listCommand } from '../../src/cli/commands/list';
import { localDownCommand, localStatusCommand } from '../../src/cli/commands/local';
import { Io } from '../../src/cli/io';
import { localDown, localUp } from '../../src/submitter/local/local-head';
import { withAttempt } from '../../src/submitter/run-record';
import { RunStore } from '../../src/submitter/run-store';
import { record } from '../submitter/sample';
import { temporaryDirectory } from '../temporary-directory';

/** The part of `ray start` that these commands need. */
const RAY = `#!${process.execPath}
const port = Number(process.argv.find((arg) => arg.startsWith('--dashboard-port=')).split('=')[1]);
const answers = { '/api/version': { ray_version: '2.60.0', session_name: 'session_1' }, '/api/jobs/': [] };
const nodes = { data: { result: { result: [{ state: 'ALIVE', node_name: 'here', resources_total: {} }] } } };
require('http').createServer((request, response) => response.end(JSON.stringify(answers[request.url] ?? nodes))).listen(port, '127.0.0.1');
`;

let state: string;
let printed: string;
const before = process.env.GENEVA_STACK_STATE;
beforeEach(() => {
  [state, printed] = [temporaryDirectory(), ''];
  process.env.GENEVA_STACK_STATE = state;
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => { printed += String(text); return true; });
});
afterEach(async () => {
  jest.restoreAllMocks();
  if (before === undefined) { delete process.env.GENEVA_STACK_STATE; } else { process.env.GENEVA_STACK_STATE = before; }
  await localDown(state);
});

async function up() {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'ray'), RAY);
  chmodSync(join(directory, 'ray'), 0o755);
  return (await localUp({ directory, bin: directory, python: process.execPath }, { stateDirectory: state })).head;
}

const text = new Io('text', false);

test('local status says where the head is, and which Python has Lance', async () => {
  const { address, environment, startedAt } = await up();
  expect(await localStatusCommand(text)).toBe(0);
  expect(printed).toBe(`a Ray head is up at ${address} since ${startedAt}\nPython with Lance: ${environment}/bin/python\n`);
});

test('local down names the runs that were under way, and no others', async () => {
  const { address } = await up();
  const store = new RunStore(state);
  const submitted = (runKey: string, at: string) => store.save(withAttempt(record({ runKey, address: at }), { state: 'submitted' }));
  const { run } = submitted('here', address);
  submitted('elsewhere', 'http://127.0.0.1:1');
  store.save(withAttempt(record({ runKey: 'done', address }), { state: 'succeeded' }));
  await localDownCommand(text);
  expect(printed).toBe(`the Ray head is down\n1 run was under way: ${run}; the same submit goes on\n`);
});

test('local down says nothing of runs where none was under way', async () => {
  await up();
  await localDownCommand(text);
  expect(printed).toBe('the Ray head is down\n');
});

test('list has the runs of earlier heads of this machine, too', async () => {
  await up();
  const store = new RunStore(state);
  const { run } = store.save(withAttempt(record({ address: 'http://127.0.0.1:1' }), { state: 'succeeded' }));
  expect(await listCommand(text, { target: 'local', stack: 'dist', output: 'text' })).toBe(0);
  expect(printed).toBe(`${'RUN'.padEnd(run.length)}  STATUS     ATTEMPTS  ROWS\n${run}  succeeded  1         0\n`);
});
