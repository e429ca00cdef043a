import * as path from 'path';
import { App, Chart, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, RayImage, WorkspaceBundle,
} from 'geneva-constructs';

// Tables and bundles live in a directory here; on a real cluster in a bucket: 's3://acme/docs.lance'.
const data = path.resolve(process.env.QUICKSTART_DATA ?? path.join(__dirname, '.data'));
const docs = path.join(data, 'docs.lance');

const app = new App();
const chart = new Chart(app, 'quickstart');

// The code of the jobs: hashed here, published by `geneva-stack submit`.
const workspace = new WorkspaceBundle(chart, 'code', {
  roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'))],
  store: BundleStore.local(path.join(data, 'store')),
});

// Where they run: a head that is always there, and workers that come when there is work and leave when there is none.
const env = new ComputeEnvironment(chart, 'quickstart', {
  image: RayImage.fromRegistry('rayproject/ray:2.60.0-py311', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
  workspace,
});
env.addWorkerGroup('cpu', { cpu: 2, memory: Size.gibibytes(4), maxReplicas: 4 });

// What they do: fill a column of the table ...
env.addBackfill('word-count', {
  table: docs,
  column: 'words',
  udf: 'features.text:word_count',
  workerGroup: 'cpu',
});

// ... and keep a table of the long ones, with a column of its own.
env.addMaterializedView('long-docs', {
  source: docs,
  destination: path.join(data, 'long-docs.lance'),
  select: ['doc', 'body', 'words'],
  where: 'words > 20',
  columns: [{ column: 'first_line', udf: 'features.text:first_line' }],
  workerGroup: 'cpu',
});

app.synth();
