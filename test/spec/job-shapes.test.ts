import { columnsTwice, plainTablePlace } from '../../src/spec/job-shapes';

test.each([
  ['/a//x.lance/', '/a/x.lance'],
  ['/a/./b/../x.lance', '/a/x.lance'],
  ['file:///a/x.lance', '/a/x.lance'],
  ['s3://bucket//x.lance/', 's3://bucket/x.lance'],
  ['s3://bucket/x.lance', 's3://bucket/x.lance'],
  ['/', '/'],
])('%s is the place %s', (written, place) => {
  expect(plainTablePlace(written)).toBe(place);
});

test('a column counts once, wherever it comes from', () => {
  expect(columnsTwice({})).toEqual([]);
  expect(columnsTwice({ select: ['a'], columns: [{ column: 'b' }, { columns: ['c', 'd'] }] })).toEqual([]);
  expect(columnsTwice({ select: ['a', 'b', 'a'], columns: [{ column: 'b' }, { columns: ['a', 'c'] }] })).toEqual(['a', 'b']);
});
