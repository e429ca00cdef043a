import { rayNodes, thisMachine } from '../../../src/submitter/plan/ray-nodes';
import { RayJobsClient } from '../../../src/submitter/ray-jobs';
import { ScriptedHead } from '../scripted-head';

let head: ScriptedHead;
beforeEach(async () => { head = await ScriptedHead.start(); });
afterEach(async () => head.stop());

/** Has the head answer one request after the other with these nodes, and then with the last. */
function nodes(...answers: Array<Array<{ state: string; node_name: string; resources_total: object }>>): void {
  head.fault = (request, response) => {
    const result = answers.length > 1 ? answers.shift() : answers[0];
    response.writeHead(request.headers.authorization === 'Bearer secret-token' && request.url?.startsWith('/api/v0/nodes') ? 200 : 403);
    response.end(JSON.stringify({ result: true, data: { result: { total: 1, result } } }));
    return true;
  };
}

const found = async () => rayNodes(new RayJobsClient(head.address, 'secret-token'));
const node = (name: string, state = 'ALIVE') => ({ state, node_name: name, resources_total: { CPU: 2 } });

test('nodes that are gone do not count', async () => {
  nodes([node('a'), node('b', 'DEAD')]);
  expect(await found()).toEqual([{ name: 'a', resources: { CPU: 2 } }]);
});

test('a head that has just started is asked again until it knows its own node', async () => {
  nodes([], [], [node('a')]);
  expect(await found()).toEqual([{ name: 'a', resources: { CPU: 2 } }]);
});

test('a head that does not tell is no error', async () => {
  expect(await found()).toBeUndefined(); // it knows no such path
  expect(await rayNodes(new RayJobsClient('http://127.0.0.1:9', undefined))).toBeUndefined();
});

test('this machine has CPUs, and as many GPUs as are asked for', () => {
  expect(thisMachine(2).resources).toMatchObject({ CPU: expect.any(Number) as number, GPU: 2 });
});
