import { BundleStore } from '../../src';

test.each([
  [BundleStore.gcs('acme-bundles'), 'gs://acme-bundles/'],
  [BundleStore.gcs('acme_bundles', 'features'), 'gs://acme_bundles/features/'],
  [BundleStore.azure('acmestorage', 'bundles'), 'az://acmestorage/bundles/'],
  [BundleStore.azure('acmestorage', 'bundles', '/features/a/'), 'az://acmestorage/bundles/features/a/'],
])('%#: the URL of a store ends in a slash', (store, expected) => {
  expect(store.url).toBe(expected);
});

test.each([
  [() => BundleStore.gcs('gs://acme'), 'BundleStore.gcs: bucket: got "gs://acme"'],
  [() => BundleStore.azure('acme.blob.core.windows.net', 'bundles'), 'BundleStore.azure: account: got "acme.blob.core.windows.net"'],
  [() => BundleStore.azure('acmestorage', 'two--hyphens'), 'BundleStore.azure: container: got "two--hyphens"'],
])('%#: what can be no name is refused', (make, expected) => {
  expect(make).toThrow(expected);
});
