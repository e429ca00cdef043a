import { createServer, Server, ServerResponse } from 'http';
import { AddressInfo } from 'net';
import { httpExchange } from '../../src/submitter/http-request';

type Answer = (response: ServerResponse) => void;

const whole: Answer = (response) => response.end('all of it');
const cutBefore: Answer = (response) => response.socket!.destroy();
const cutWithin: Answer = (response) => {
  response.writeHead(200, { 'content-length': '9' });
  response.write('all', () => response.socket!.destroy());
};

let server: Server;
let asked: number;

afterEach(() => { server.close(); });

/** Answers one request after the other; the last answer again and again. */
async function serving(...answers: Answer[]): Promise<string> {
  asked = 0;
  server = createServer((_request, response) => { answers[Math.min(asked++, answers.length - 1)](response); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test.each([['before the answer', cutBefore], ['within the answer', cutWithin]])('a GET that is cut %s is sent once more', async (_when, cut) => {
  const url = await serving(cut, whole);
  await expect(httpExchange(url, { method: 'GET' }, undefined, 5_000)).resolves.toEqual({ status: 200, body: 'all of it' });
  expect(asked).toBe(2);
});

test('a GET that is cut twice is an error', async () => {
  const url = await serving(cutBefore);
  await expect(httpExchange(url, { method: 'GET' }, undefined, 5_000)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(asked).toBe(2);
});

test.each(['POST', 'PATCH', 'DELETE'])('a %s that is cut is not sent again: nobody knows whether it was done', async (method) => {
  const url = await serving(cutBefore, whole);
  await expect(httpExchange(url, { method }, '{}', 5_000)).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(asked).toBe(1);
});

test('both tries of a GET have one limit of time', async () => {
  const url = await serving(cutBefore, () => undefined);
  const begun = Date.now();
  await expect(httpExchange(url, { method: 'GET' }, undefined, 500)).rejects.toMatchObject({ code: 'ABORT_ERR' });
  expect([asked, Date.now() - begun < 5_000]).toEqual([2, true]);
  server.closeAllConnections();
});
