import { bare, overlap, s3Place, s3Url } from '../../src/spec/s3-places';

test.each([
  ['s3://acme/images.lance', { bucket: 'acme', prefix: 'images.lance' }],
  ['s3://acme/a/b/', { bucket: 'acme', prefix: 'a/b' }],
  ['s3://acme', { bucket: 'acme', prefix: '' }],
  ['s3://acme/', { bucket: 'acme', prefix: '' }],
])('%s is a place', (url, place) => {
  expect(s3Place(url)).toEqual(place);
});

test.each(['gs://acme/x', '/mnt/x', 's3:///x', 's3://Acme/x', ''])('%s is none', (url) => {
  expect(s3Place(url)).toBeUndefined();
});

test('a place is written with a slash at its end', () => {
  expect(s3Url({ bucket: 'acme', prefix: 'a/b' })).toBe('s3://acme/a/b/');
  expect(s3Url({ bucket: 'acme', prefix: '' })).toBe('s3://acme/');
});

test('folders overlap, names that begin alike do not', () => {
  expect([overlap('a', 'a/b'), overlap('a/b', 'a'), overlap('a', '/a/'), overlap('', 'a')]).toEqual([true, true, true, true]);
  expect([overlap('a', 'ab'), overlap('a/b', 'a/c')]).toEqual([false, false]);
});

test('slashes around a prefix go', () => {
  expect(bare('//a/b/')).toBe('a/b');
});
