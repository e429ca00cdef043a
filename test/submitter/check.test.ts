import { BundleError } from '../../src/bundler/bundle-error';
import { check, finding } from '../../src/submitter/check';
import { NoContactError } from '../../src/submitter/no-contact';

/** What is told of an error. */
const told = (error: Error) => check('x', () => Promise.reject(error));

test('what is in order has no fix', async () => {
  expect(await check('x', async () => 'all there')).toEqual({ name: 'x', ok: true, found: 'all there' });
});

test.each<[string, Error, string, RegExp]>([
  ['a finding', finding('too old', 'nvm install 20'), 'too old', /^nvm install 20$/],
  ['an error with a fix of its own', new BundleError('STORE_REFUSED', 'no', 'log in'), 'no', /^log in$/],
  ['a server that answers no more', new NoContactError('ECONNRESET'), 'ECONNRESET', /^geneva-stack doctor again/],
  ['what the system refuses', Object.assign(new Error('EACCES: permission denied, open \'/x\''), { code: 'EACCES' }), 'EACCES: permission denied, open \'/x\'', /^give yourself access/],
])('%s has a fix', async (_, error, found, fix) => {
  expect(await told(error)).toEqual({ name: 'x', ok: false, found, fix: expect.stringMatching(fix) as string });
});

test('an error that nobody thought of says how to see where it is from', async () => {
  const error = new TypeError('x is not a function');
  expect(await told(error)).toEqual({ name: 'x', ok: false, found: 'x is not a function', fix: 'geneva-stack doctor --verbose, and report what it prints', trace: error.stack });
});
