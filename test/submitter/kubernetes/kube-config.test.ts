import { writeFileSync } from 'fs';
import { dirname, join } from 'path';
import { stringify } from 'yaml';
import { loadKubeConfig } from '../../../src/submitter/kubernetes/kube-config';
import { readKubeConfigFiles } from '../../../src/submitter/kubernetes/kube-config-files';
import { temporaryDirectory } from '../../temporary-directory';

const HOMELESS = { HOME: '/no/such/home' };

function file(content: unknown): string {
  const path = join(temporaryDirectory(), 'config');
  writeFileSync(path, typeof content === 'string' ? content : stringify(content));
  return path;
}

const config = (name: string, user: object = { token: 't' }) => ({
  'clusters': [{ name, cluster: { server: `https://${name}.example:6443/` } }],
  'users': [{ name, user }],
  'contexts': [{ name, context: { cluster: name, user: name } }],
  'current-context': name,
});

const load = (content: unknown, context?: string) => loadKubeConfig({ kubeconfig: file(content), context }, HOMELESS);

test('the current context counts, or the one that is asked for', () => {
  const both = { ...config('one'), contexts: [...config('one').contexts, { name: 'two', context: { cluster: 'one', user: 'one' } }] };
  expect(load(both)).toMatchObject({ context: 'one', server: 'https://one.example:6443' });
  expect(load(both, 'two')).toMatchObject({ context: 'two', server: 'https://one.example:6443' });
});

test('files are merged as kubectl does it: what is named first counts, what is not there does not', () => {
  const first = file({ ...config('one'), 'current-context': '' });
  const second = file({ ...config('two'), clusters: [{ name: 'one', cluster: { server: 'https://wrong' } }, ...config('two').clusters] });
  const environment = { ...HOMELESS, KUBECONFIG: ['/no/such/file', first, second].join(':') };
  expect(loadKubeConfig({}, environment)).toMatchObject({ context: 'two' });
  expect(loadKubeConfig({ context: 'one' }, environment)).toMatchObject({ server: 'https://one.example:6443' });
  expect(readKubeConfigFiles(undefined, environment)?.files).toEqual([first, second]);
});

test('paths are meant from the folder of their file', () => {
  const path = file({ ...config('one', { 'client-certificate': 'me.crt', 'tokenFile': '/run/token' }) });
  expect(readKubeConfigFiles(path)?.text.users[0].user).toEqual({
    'client-certificate': join(dirname(path), 'me.crt'), 'auth-provider': { name: 'tokenFile', config: { tokenFile: '/run/token' } },
  });
});

test('without a kubeconfig, what to do is said', () => {
  expect(() => loadKubeConfig({}, HOMELESS)).toThrow(expect.objectContaining({ code: 'KUBECONFIG_MISSING', exitCode: 2, fix: expect.stringContaining('aws eks update-kubeconfig') as string }));
  expect(() => loadKubeConfig({ kubeconfig: '/no/such/file' }, HOMELESS)).toThrow('--kubeconfig /no/such/file: no such file');
});

test('a pod without a token of its service account is told so', () => {
  expect(() => loadKubeConfig({}, { ...HOMELESS, KUBERNETES_SERVICE_HOST: '10.0.0.1' }))
    .toThrow(expect.objectContaining({ code: 'KUBECONFIG_MISSING', fix: expect.stringContaining('automountServiceAccountToken') as string }));
});

test.each<[string, unknown, string | undefined, string, string]>([
  ['a context that is not there', config('production'), 'prodution', 'no context "prodution", there is production', 'did you mean production?'],
  ['no current context', { ...config('one'), 'current-context': undefined }, undefined, 'no current context, expected one of one', '--context'],
  ['a cluster that is not there', { ...config('one'), clusters: [] }, undefined, 'context one names cluster "one", which is not there', 'correct the file'],
  ['a user that is not there', { ...config('one'), users: [] }, undefined, 'context one names user "one", which is not there', 'correct the file'],
  ['a server by plain http', { ...config('one'), clusters: [{ name: 'one', cluster: { server: 'http://one' } }] }, undefined, 'expected https://HOST', 'correct the file'],
  ['what is no YAML', 'clusters: [', undefined, 'kubeconfig', '--kubeconfig PATH'],
  ['a list', '- a', undefined, 'got no mapping', '--kubeconfig PATH'],
  ['an empty file', '', undefined, 'no current context', '--context'],
  ['entries without names', { ...config('one'), users: [{ user: {} }] }, undefined, 'users: expected a list of entries that have a name', '--kubeconfig PATH'],
  ['a scalar for a list', { ...config('one'), clusters: 'one' }, undefined, 'clusters: expected a list', '--kubeconfig PATH'],
])('%s is a usage error', (_, content, context, message, fix) => {
  const told = { exitCode: 2, message: expect.stringContaining(message) as string, fix: expect.stringContaining(fix) as string };
  expect(() => load(content, context)).toThrow(expect.objectContaining(told));
});
