import * as path from 'path';
import { App, Chart, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, CloudIdentity, ComputeEnvironment, HeadNodePool, RayImage, Rules, WorkspaceBundle,
} from 'geneva-constructs';

const app = new App();
const chart = new Chart(app, 'bring-your-own-geneva');

const env = new ComputeEnvironment(chart, 'geneva', {
  // Ray must be the release that the client has, Python the same minor release; the client's packages are in the image.
  image: RayImage.fromRegistry('ghcr.io/acme/geneva-worker:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
  cloudIdentity: CloudIdentity.eksPodIdentity(),
  workspace: new WorkspaceBundle(chart, 'code', {
    roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'))],
    store: BundleStore.s3('acme-bundles', 'geneva/'),
  }),
});
env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 20 });

// Helm values and cluster definitions for a client that you have a license of. Nothing here needs one.
const config = env.addGenevaClientConfig({ clientNamespace: { 'kubernetes.io/metadata.name': 'lancedb' } });
Rules.acknowledge(config, 'GENEVA-01', 'GENEVA_ADMISSION__STRICT=false is set where our client runs.');

// The same cluster runs jobs of this library, too.
env.addBackfill('word-count', {
  table: 's3://acme/docs.lance',
  column: 'words',
  udf: 'features.text:word_count',
  workerGroup: 'cpu',
});

app.synth();
