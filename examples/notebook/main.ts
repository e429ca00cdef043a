import * as path from 'path';
import { App, Chart, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, Notebooks, RayImage, WorkspaceBundle,
} from 'geneva-constructs';

const data = path.resolve(process.env.NOTEBOOK_DATA ?? path.join(__dirname, '.data'));

const app = new App();
const chart = new Chart(app, 'notebook');

const env = new ComputeEnvironment(chart, 'notebook', {
  image: RayImage.fromRegistry('rayproject/ray:2.60.0-py311', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
  workspace: new WorkspaceBundle(chart, 'code', {
    // A notebook changes whenever it runs. Apart from the code it ships alone; without `notebooks` it would not ship at all.
    roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'), { notebooks: Notebooks.ISOLATE })],
    store: BundleStore.local(path.join(data, 'store')),
  }),
});
env.addWorkerGroup('cpu', { cpu: 2, memory: Size.gibibytes(4), maxReplicas: 4 });

env.addBackfill('title', {
  table: path.join(data, 'pages.lance'),
  column: 'title',
  udf: 'features.pages:title',
  workerGroup: 'cpu',
});

app.synth();
