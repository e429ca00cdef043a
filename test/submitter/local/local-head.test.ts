import { chmodSync, existsSync, writeFileSync } from 'fs';
import { join } from 'path';
import { localDown, localHead, localUp } from '../../../src/submitter/local/local-head';
import { ManagedEnvironment } from '../../../src/submitter/local/managed-environment';
import { temporaryDirectory } from '../../temporary-directory';

/** What `ray start` does when Ray has no node in time, which a real one does on a busy machine only: see real-head.test.ts for the real one. */
function environmentWhoseRay(onNodes: string): ManagedEnvironment {
  const directory = temporaryDirectory();
  const ray = join(directory, 'ray');
  writeFileSync(ray, `#!${process.execPath}
const port = Number(process.argv.find((arg) => arg.startsWith('--dashboard-port=')).split('=')[1]);
const seen = require('path').join(${JSON.stringify(directory)}, 'registered');
let asked = 0;
require('http').createServer((request, response) => {
  if (request.url === '/api/version') { return response.end(JSON.stringify({ ray_version: '2.60.0', session_name: 'session_1' })); }
  asked += 1;
  const answer = (nodes) => response.end(JSON.stringify({ data: { result: { result: nodes } } }));
  ${onNodes}
}).listen(port, '127.0.0.1');
`);
  chmodSync(ray, 0o755);
  return { directory, bin: directory, python: process.execPath };
}

let stateDirectory: string;
beforeEach(() => { stateDirectory = temporaryDirectory(); });
afterEach(async () => { await localDown(stateDirectory); });

test('a head is ready when Ray has its node, not when its dashboard answers', async () => {
  const environment = environmentWhoseRay(`
    if (asked < 3) { return answer([]); }
    require('fs').writeFileSync(seen, '');
    answer([{ state: 'ALIVE', node_name: 'here', resources_total: {} }]);`);
  const { head, isNew } = await localUp(environment, { stateDirectory });
  expect([isNew, typeof head.readyAt, existsSync(join(environment.directory, 'registered'))]).toEqual([true, 'string', true]);
  expect(localHead(stateDirectory)).toEqual(head);
});

const GIVES_UP = "answer([]); console.log('the node timed out during startup'); process.exit(1);";

test('a head that ended, as Ray had no node in time, is started once more', async () => {
  const environment = environmentWhoseRay(`
    const fs = require('fs');
    if (!fs.existsSync(seen)) { fs.writeFileSync(seen, ''); ${GIVES_UP} }
    answer([{ state: 'ALIVE', node_name: 'here', resources_total: {} }]);`);
  const { head, isNew } = await localUp(environment, { stateDirectory });
  expect([isNew, localHead(stateDirectory)]).toEqual([true, head]);
});

test('a head that ends each time did not start: its last words are told, and nothing is left', async () => {
  const environment = environmentWhoseRay(GIVES_UP);
  await expect(localUp(environment, { stateDirectory })).rejects.toMatchObject({ code: 'LOCAL_HEAD_FAILED', message: expect.stringContaining('the node timed out during startup') as string });
  expect(localHead(stateDirectory)).toBeUndefined();
});
