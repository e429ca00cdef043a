import { join } from 'path';
import fc from 'fast-check';
import { parseAddress } from '../../../src/bundler/stores/address';
import { openStore } from '../../../src/bundler/stores/open-store';
import { storeRefused } from '../../../src/bundler/stores/refusal';
import { loadSdk } from '../../../src/bundler/stores/sdk';
import { tree } from '../../temporary-directory';

test.each([
  ['s3://acme/', 's3://acme/'],
  ['s3://acme', 's3://acme/'],
  ['s3://acme/features/a', 's3://acme/features/a/'],
  ['gs://acme_x/features/', 'gs://acme_x/features/'],
  ['az://acmestorage/bundles/features/', 'az://acmestorage/bundles/features/'],
  ['az://acmestorage/bundles', 'az://acmestorage/bundles/'],
])('%s is the store %s', (url, expected) => {
  expect(openStore(url).url).toBe(expected);
});

test.each(['ftp://acme/', 'file://host/x', 's3://', 's3:///x', 'az://acmestorage', 'az://acmestorage/', 's3://acme:80/', 'S3://acme/'])('%s is refused', (url) => {
  expect(() => openStore(url)).toThrow(`got ${url}, expected `);
});

test('a password in a URL is not repeated', () => {
  expect(() => openStore('s3://user:secret@acme/')).toThrow('got s3://…@acme/, expected s3://BUCKET/PREFIX/');
  expect(() => openStore('https://acme.example/?sig=secret')).toThrow('got https://acme.example/?…, expected ');
});

test('an address is the same again once it was written out', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,20}[a-z0-9]$/);
  fc.assert(fc.property(name, fc.array(name, { maxLength: 3 }), (bucket, folders) => {
    const address = parseAddress(`s3://${[bucket, ...folders].join('/')}`, 's3://BUCKET/PREFIX/');
    expect(parseAddress(address.url, 's3://BUCKET/PREFIX/')).toEqual(address);
    expect(address.url).toBe(`s3://${bucket}/${address.prefix}`);
  }));
});

test('a missing SDK is an error that says how to get it', () => {
  const load = () => loadSdk('@acme/no-such-sdk', 's3://acme/', ['@acme/no-such-sdk', '@acme/other']);
  expect(load).toThrow(expect.objectContaining({ code: 'SDK_MISSING', fix: 'npm install @acme/no-such-sdk @acme/other' }));
});

test('an SDK that is there and broken is not called missing', () => {
  const broken = join(tree({ 'index.js': 'throw new Error("needs a newer Node");' }), 'index.js');
  expect(() => loadSdk(broken, 's3://acme/', ['@acme/sdk'])).toThrow('needs a newer Node');
});

test.each([
  ['GET https://acme.example/x?sig=abc123&se=2026 failed', 'abc123'],
  ['request with Bearer abc123 failed', 'abc123'],
  ['token=abc123 expired', 'abc123'],
  ['Signature: abc123', 'abc123'],
])('of %j the secret is not told', (message, secret) => {
  const fixes = { 'no-credentials': '', 'bad-credentials': '', 'denied': '', 'no-container': '', 'elsewhere': '', 'out-of-reach': '' };
  expect(storeRefused('s3://acme/x', new Error(message), 'other', fixes).message).not.toContain(secret);
});
