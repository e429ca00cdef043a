import { readdirSync, writeFileSync } from 'fs';
import { join } from 'path';
import { ApiObject, App, Chart } from 'cdk8s';
import { descriptor, environment, newChart } from './synthesized';
import { BundleRoot, BundleStore, PackageArchitecture, Rules, WorkspaceBundle } from '../../src';
import { planBundle } from '../../src/bundler/plan';
import { readPlanFile } from '../../src/bundler/plan-file';
import { tree } from '../temporary-directory';

function workspace(content: string): string {
  return tree({ 'text.py': content });
}

function bundle(folder: string, chart: Chart = newChart()): WorkspaceBundle {
  return new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(folder)], store: BundleStore.s3('acme-bundles', 'features') });
}

test('the descriptor names the bundle by its content', () => {
  const chart = newChart();
  const code = bundle(workspace('x = 1\n'), chart);
  expect(descriptor(environment({ workspace: code }, chart)).bundle).toEqual({ digest: code.digest, store: 's3://acme-bundles/features/' });
});

test('the digest is that of the content, wherever it lies', () => {
  expect(bundle(workspace('x = 1\n')).digest).toBe(bundle(workspace('x = 1\n')).digest);
  expect(bundle(workspace('x = 1\n')).digest).not.toBe(bundle(workspace('x = 2\n')).digest);
});

test('what is excluded does not count', () => {
  const folder = workspace('x = 1\n');
  const before = bundle(folder).digest;
  writeFileSync(join(folder, 'notes.txt'), 'later');
  const roots = [BundleRoot.workspace(folder, { exclude: ['notes.txt'] })];
  expect(new WorkspaceBundle(newChart(), 'code', { roots, store: BundleStore.local('/srv') }).digest).toBe(before);
});

test('the plan lies beside the manifests, survives synth and is no manifest to kubectl', () => {
  const chart = newChart();
  const folder = workspace('x = 1\n');
  const { digest } = bundle(folder, chart);
  const app = App.of(chart) as App;
  app.synth();
  expect(readPlanFile(app.outdir, digest).roots).toEqual([{ kind: 'workspace', path: folder, runsOn: { arch: 'x86_64' } }]);
  expect(readdirSync(app.outdir).filter((name) => /\.(json|ya?ml)$/.test(name))).toEqual(['test.k8s.yaml']);
});

test('what synth and publish write into the root does not ship: the next synth finds the same bundle', () => {
  const folder = workspace('x = 1\n');
  const synth = () => {
    const app = new App({ outdir: join(folder, 'dist') });
    const chart = new Chart(app, 'features');
    const { digest, store } = new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(folder)], store: BundleStore.local(join(folder, 'store')) });
    new ApiObject(chart, 'any', { apiVersion: 'v1', kind: 'ConfigMap' });
    app.synth();
    return { digest, store };
  };
  const { digest } = synth();
  tree({ 'shards/a.zip': '' }, join(folder, 'store'));
  expect(synth().digest).toBe(digest);
  expect(planBundle({ roots: readPlanFile(join(folder, 'dist'), digest).roots }).digest).toBe(digest);
  expect(digest).toBe(bundle(workspace('x = 1\n')).digest);
});

test('a workspace that is not there is refused at once', () => {
  expect(() => bundle('/no/such/place')).toThrow('test/code: workspace root /no/such/place: no such directory. Fix: create it or correct the path of the root [ROOT_MISSING]');
});

test.each([
  [BundleStore.local('/srv/bundles'), 'file:///srv/bundles/'],
  [BundleStore.local('/srv/bundles/'), 'file:///srv/bundles/'],
  [BundleStore.s3('acme-bundles'), 's3://acme-bundles/'],
  [BundleStore.s3('acme-bundles', '/features/a/'), 's3://acme-bundles/features/a/'],
])('%#: the URL of a store ends in a slash', (store, expected) => {
  expect(store.url).toBe(expected);
});

test('a URL is not the name of a bucket', () => {
  expect(() => BundleStore.s3('s3://acme')).toThrow(/bucket: got "s3:\/\/acme"/);
});

test('packages for another Python than the image has are refused', () => {
  const chart = newChart();
  const packages = tree({ 'six.py': 'x = 1\n' });
  const roots = [BundleRoot.sitePackages(packages, { pythonVersion: '3.10' })];
  const code = new WorkspaceBundle(chart, 'code', { roots, store: BundleStore.local('/srv') });
  expect(() => environment({ workspace: code }, chart)).toThrow(/packages or compiled modules for Python 3\.10.*such for Python 3\.12, which the image has/s);
});

test('compiled modules for another Python than the image has are refused, and so are those for another system', () => {
  const elf = Buffer.concat([Buffer.from('7f454c46020101000000000000000000', 'hex'), Buffer.from([3, 0, 62, 0]), Buffer.alloc(44)]);
  const chart = newChart();
  const folder = tree({ 'fast.cpython-310-x86_64-linux-gnu.so': elf });
  const code = new WorkspaceBundle(chart, 'code', { roots: [BundleRoot.workspace(folder)], store: BundleStore.local('/srv') });
  expect(code.pythonVersion).toBe('3.10');
  expect(() => environment({ workspace: code }, chart)).toThrow(/compiled modules for Python 3\.10/);
  const onArm = () => new WorkspaceBundle(chart, 'arm', { roots: [BundleRoot.workspace(folder, { architecture: PackageArchitecture.AARCH64 })], store: BundleStore.local('/srv') });
  expect(onArm).toThrow("1 of the compiled modules can't run on linux aarch64: fast.cpython-310-x86_64-linux-gnu.so (ELF x86_64)");
});

describe('a function that does not ship', () => {
  function advice(udf: string, code?: WorkspaceBundle, chart?: Chart): string[] {
    const env = environment({ workspace: code }, chart);
    env.addBackfill('words', { table: '/t.lance', column: 'words', udf });
    env.addMaterializedView('view', { source: '/t.lance', destination: '/v.lance', columns: [{ columns: ['a', 'b'], udf }, { column: 'c', udf }] });
    return Rules.advice(env);
  }

  function adviceWithCode(udf: string): string[] {
    const chart = newChart();
    return advice(udf, bundle(tree({ 'features/text.py': 'x = 1\n' }), chart), chart);
  }

  test('is told at synth, once for each job', () => {
    expect(adviceWithCode('features.txt:count')).toEqual(['words', 'view'].map((job) => expect.stringMatching(
      new RegExp(`^advice: test/features: job "${job}" udf: got "features\\.txt:count", expected a module of the bundle, whose roots have "features" and not "features\\.txt"\\..*JOB-11`, 's'),
    )));
    expect(adviceWithCode('other:count')[0]).toContain('whose roots have nothing of that name.');
  });

  test('is not one whose module is there, in any of the roots', () => {
    expect(adviceWithCode('features.text:count')).toEqual([]);
    const chart = newChart();
    const roots = [tree({ 'features/a.py': '' }), tree({ 'features/text.py': '' })].map((folder) => BundleRoot.workspace(folder));
    expect(advice('features.text:count', new WorkspaceBundle(chart, 'code', { roots, store: BundleStore.local('/srv') }), chart)).toEqual([]);
  });

  test('is one whose module is excluded', () => {
    const chart = newChart();
    const root = BundleRoot.workspace(tree({ 'features/text.py': '', 'features/a.py': '' }), { exclude: ['text.py'] });
    expect(advice('features.text:count', new WorkspaceBundle(chart, 'code', { roots: [root], store: BundleStore.local('/srv') }), chart)).toHaveLength(2);
  });

  test('is in the image where nothing ships', () => {
    expect(advice('features.text:count')).toEqual([]);
  });
});
