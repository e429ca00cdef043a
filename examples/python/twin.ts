/** The environment of `main.py`, declared in TypeScript: both synthesize to the same bytes, which a test compares. */
import * as path from 'path';
import { App, Chart, Cron, Duration, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, ComputeEnvironment, HeadNodePool, KubeRayVersion, RayImage, UpscalingMode, WorkerNodePool, WorkspaceBundle,
} from 'geneva-constructs';

const app = new App();
const chart = new Chart(app, 'features');

const workspace = new WorkspaceBundle(chart, 'code', {
  roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'))],
  store: BundleStore.s3('acme-bundles', 'features/'),
});

const env = new ComputeEnvironment(chart, 'features', {
  kuberay: KubeRayVersion.V1_7,
  image: RayImage.fromRegistry('ghcr.io/acme/features:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
  workspace,
  upscalingMode: UpscalingMode.CONSERVATIVE,
  scheduleSubmitter: { image: 'ghcr.io/acme/submitter:2026-11', stackDirectory: '/app/dist' },
});
env.addWorkerGroup('cpu', {
  cpu: 4,
  memory: Size.gibibytes(8),
  maxReplicas: 100,
  idleTimeout: Duration.minutes(2),
  pool: WorkerNodePool.karpenter(),
});
env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8, priority: 10 });

env.addBackfill('captions', {
  table: 's3://acme/images.lance',
  column: 'caption',
  udf: 'features.captions:caption',
  workerGroup: 'gpu',
  gpusPerWorker: 1,
});

env.addMaterializedView('cats', {
  source: 's3://acme/images.lance',
  destination: 's3://acme/cats.lance',
  where: "label = 'cat'",
  workerGroup: 'cpu',
  schedule: { cron: Cron.schedule({ minute: '0', hour: '3' }), timeZone: 'Europe/Berlin' },
});

app.synth();
