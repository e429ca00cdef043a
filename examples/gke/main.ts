import * as path from 'path';
import { App, Chart, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, CloudIdentity, ComputeEnvironment, HeadNodePool, RayImage, WorkerNodePool, WorkspaceBundle,
} from 'geneva-constructs';

const BUCKET = 'acme-features';

const app = new App();
const chart = new Chart(app, 'gke');

const env = new ComputeEnvironment(chart, 'reviews', {
  image: RayImage.fromRegistry('europe-docker.pkg.dev/acme/ray/reviews:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  // GKE scales node pools itself, so nothing of Karpenter is emitted: nodes are found by labels that the pools bear.
  // Their size is said so that a head which they can't hold stops synth, and not a pod for ever.
  headPool: HeadNodePool.fromLabelledNodes({ nodeCpu: 8, nodeMemory: Size.gibibytes(32) }), // e2-standard-8
  cloudIdentity: CloudIdentity.gke('features@acme.iam.gserviceaccount.com'),
  workspace: new WorkspaceBundle(chart, 'code', {
    roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'))],
    store: BundleStore.gcs(BUCKET, 'bundles/'),
  }),
});
env.addWorkerGroup('cpu', {
  cpu: 7,
  memory: Size.gibibytes(24),
  maxReplicas: 20,
  pool: WorkerNodePool.fromLabelledNodes({ nodeCpu: 8, nodeMemory: Size.gibibytes(32) }),
});

env.addBackfill('language', {
  table: `gs://${BUCKET}/reviews.lance`,
  column: 'language',
  udf: 'features.reviews:language',
  workerGroup: 'cpu',
});

app.synth();
