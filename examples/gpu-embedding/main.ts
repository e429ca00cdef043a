import * as path from 'path';
import { App, Chart, Duration, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, ComputeEnvironment, ErrorPolicy, HeadNodePool, RayImage, SitePackages, WorkerNodePool, WorkspaceBundle,
} from 'geneva-constructs';

const BUCKET = 'acme-search';

const app = new App();
const chart = new Chart(app, 'gpu-embedding');

const env = new ComputeEnvironment(chart, 'embeddings', {
  // Built by the recipe that the README makes: torch and the like are in the image, and never zipped, shipped or unpacked.
  image: RayImage.fromRegistry('ghcr.io/acme/embeddings:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
  workspace: new WorkspaceBundle(chart, 'code', {
    // All that the Python finds on its path beside the workspace, such as editable installs, ships; installed packages don't.
    roots: [BundleRoot.pythonPath({ workspace: path.join(__dirname, 'workspace'), sitePackages: SitePackages.inImage() })],
    store: BundleStore.s3(BUCKET, 'bundles/'),
  }),
});

env.addWorkerGroup('gpu', {
  cpu: 8,
  memory: Size.gibibytes(32),
  gpus: 1,
  maxReplicas: 8,
  idleTimeout: Duration.minutes(5),
  pool: WorkerNodePool.karpenter({ instanceFamilies: ['g6', 'g5'] }),
});

env.addBackfill('embed', {
  table: `s3://${BUCKET}/documents.lance`,
  column: 'embedding',
  udf: 'features.embedding:Embedder',
  outputType: 'fixed_size_list<float>[384]',
  workerGroup: 'gpu',
  gpusPerWorker: 0.5, // two copies of the model share a GPU
  cpusPerWorker: 4,
  batchRows: 512,
  checkpointInterval: Duration.minutes(2),
  onError: ErrorPolicy.RETRY,
  batchTimeout: Duration.minutes(5), // a GPU that hangs ends the run, and names the rows
});

app.synth();
