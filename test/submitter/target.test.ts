import { writeFileSync } from 'fs';
import { join } from 'path';
import { resolveTarget } from '../../src/submitter/target';
import { tokenFromEnvironment } from '../../src/submitter/token';
import { temporaryDirectory } from '../temporary-directory';

const BEFORE = { ...process.env };
afterEach(() => { process.env = { ...BEFORE }; });

const resolve = (name: string, allowPlainHttp?: boolean) => resolveTarget(name, { stateDirectory: temporaryDirectory(), allowPlainHttp });

test('without a local head, target local says how to start one', async () => {
  await expect(resolve('local')).rejects.toMatchObject({ exitCode: 7, fix: 'geneva-stack local up' });
});

test('a URL is a target, with or without a path', async () => {
  delete process.env.RAY_AUTH_TOKEN;
  await expect(resolve('http://127.0.0.1:8265/')).resolves.toMatchObject({ address: 'http://127.0.0.1:8265', isLocal: false });
  await expect(resolve('https://ray.acme.com/team/')).resolves.toMatchObject({ address: 'https://ray.acme.com/team' });
});

const ALL = 'one of --target local, --target cluster, --target cluster://NAMESPACE/ENVIRONMENT, --target http://HOST:8265';

test.each([
  ['ray', ALL], ['ftp://host', ALL], ['', ALL],
  ['127.0.0.1:8265', 'did you mean --target http://127.0.0.1:8265?'], ['localhost:8265', 'did you mean --target http://localhost:8265?'],
  ['clutser', 'did you mean --target cluster?'], ['lcoal', 'did you mean --target local?'],
])('%p is no target, and what was meant is told', async (name, fix) => {
  await expect(resolve(name)).rejects.toMatchObject({ code: 'TARGET_UNKNOWN', exitCode: 2, fix });
});

test('a token never goes in the clear to another host, unless forced', async () => {
  process.env.RAY_AUTH_TOKEN = 't';
  await expect(resolve('http://ray.acme.com:8265')).rejects.toMatchObject({ code: 'TOKEN_IN_THE_CLEAR' });
  await expect(resolve('http://127.0.0.1.acme.com')).rejects.toMatchObject({ code: 'TOKEN_IN_THE_CLEAR' });
  expect((await resolve('http://ray.acme.com:8265', true)).token).toBe('t');
  expect((await resolve('http://localhost:8265')).token).toBe('t');
  expect((await resolve('https://ray.acme.com')).token).toBe('t');
});

test('target cluster wants to know which environment', async () => {
  await expect(resolve('cluster')).rejects.toMatchObject({ code: 'TARGET_UNKNOWN', fix: '--stack PATH of its manifests, or --target cluster://NAMESPACE/ENVIRONMENT' });
});

test('the token comes from the variable, then from the file', () => {
  const file = join(temporaryDirectory(), 'token');
  writeFileSync(file, 'from-file\n');
  expect(tokenFromEnvironment({ RAY_AUTH_TOKEN: 'direct', RAY_AUTH_TOKEN_PATH: file })).toBe('direct');
  expect(tokenFromEnvironment({ RAY_AUTH_TOKEN_PATH: file })).toBe('from-file');
  expect(tokenFromEnvironment({})).toBeUndefined();
  expect(() => tokenFromEnvironment({ RAY_AUTH_TOKEN_PATH: '/no/token' })).toThrow(expect.objectContaining({ code: 'TOKEN_UNREADABLE', exitCode: 6 }));
});
