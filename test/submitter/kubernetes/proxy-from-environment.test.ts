import { proxyFromEnvironment } from '../../../src/submitter/kubernetes/proxy-from-environment';

const HTTPS_PROXY = 'http://proxy.acme.com:3128';

test.each([
  ['https://api.acme.com:6443', undefined, true],
  ['https://api.acme.com:6443', 'other.com', true],
  ['https://api.acme.com:6443', 'acme.com', false],
  ['https://api.acme.com:6443', '.acme.com, x', false],
  ['https://api.acme.com:6443', '*.acme.com', false],
  ['https://notacme.com', 'acme.com', true],
  ['https://10.1.2.3:6443', '10.0.0.0/8', false],
  ['https://10.1.2.3:6443', '192.168.0.0/16,10.1.2.3', false],
  ['https://11.1.2.3:6443', '10.0.0.0/8', true],
  ['https://11.1.2.3:6443', '10.0.0.0/99,nonsense/8', true],
  ['https://[fd00::1]:6443', 'fd00::/8', false],
  ['https://api.acme.com', '*', false],
  ['https://127.0.0.1:6443', undefined, false],
  ['https://localhost:6443', undefined, false],
])('%s with NO_PROXY %p: by the proxy is %p', (server, noProxy, isByProxy) => {
  expect(proxyFromEnvironment(server, { HTTPS_PROXY, NO_PROXY: noProxy })).toBe(isByProxy ? HTTPS_PROXY : undefined);
});

test('lower case does as well, and without a proxy there is none', () => {
  expect(proxyFromEnvironment('https://a.com', { https_proxy: HTTPS_PROXY, no_proxy: 'b.com' })).toBe(HTTPS_PROXY);
  expect(proxyFromEnvironment('https://a.com', {})).toBeUndefined();
});
