import { rayUri } from '../../src/bundler/ray-uri';

test.each([
  ['file:///srv/a%20b/', 'file:///srv/a%20b/single/d.zip'],
  ['s3://bucket/prefix/', 's3://bucket/prefix/single/d.zip'],
  ['gs://bucket/', 'gs://bucket/single/d.zip'],
  ['az://account/container/prefix/', 'abfss://container@account.dfs.core.windows.net/prefix/single/d.zip'],
])('what is in %s is %s to Ray', (store, uri) => {
  expect(rayUri(store, 'single/d.zip')).toBe(uri);
});
