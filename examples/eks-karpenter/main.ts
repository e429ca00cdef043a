import * as path from 'path';
import { App, Chart, Duration, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, CloudIdentity, ComputeEnvironment, Ec2NodeClass, Ec2Selector, ErrorPolicy, HeadNodePool, RayImage, WorkerNodePool,
  WorkspaceBundle,
} from 'geneva-constructs';

/** What is yours: names in your AWS account and in your Kubernetes cluster. */
const EKS_CLUSTER = 'features';
const NODE_ROLE = 'KarpenterNodeRole-features';
const VPC_SUBNETS = ['10.0.1.0/24', '10.0.2.0/24'];
const BUCKET = 'acme-features';

const app = new App();
const chart = new Chart(app, 'eks-karpenter');

// How Karpenter sets a machine up: image, role, network, an encrypted disk with room for images with GPU libraries.
const nodes = new Ec2NodeClass(chart, 'nodes', {
  ami: 'al2023@v20260801',
  role: NODE_ROLE,
  subnets: Ec2Selector.discovery(EKS_CLUSTER),
  securityGroups: Ec2Selector.discovery(EKS_CLUSTER),
  diskSize: Size.gibibytes(200),
});

const env = new ComputeEnvironment(chart, 'captions', {
  image: RayImage.fromRegistry('ghcr.io/acme/captions:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  // Heads: never spot, one machine always warm, nobody else on them.
  headPool: HeadNodePool.karpenter({ nodeClass: nodes.reference, instanceFamilies: ['m7i', 'm7a', 'm6i'] }),
  // Pods are an IAM role by EKS Pod Identity: no key anywhere.
  cloudIdentity: CloudIdentity.eksPodIdentity(),
  workspace: new WorkspaceBundle(chart, 'code', {
    roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'))],
    store: BundleStore.s3(BUCKET, 'bundles/'),
  }),
});

// Workers: one pool, of which Karpenter makes a NodePool for groups with GPUs and one for those without. Spot where there is some.
const workers = WorkerNodePool.karpenter({ nodeClass: nodes.reference });
env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(16), maxReplicas: 50, pool: workers });
env.addWorkerGroup('gpu', { cpu: 8, memory: Size.gibibytes(32), gpus: 1, maxReplicas: 8, idleTimeout: Duration.minutes(5), pool: workers });

env.addBackfill('size', {
  table: `s3://${BUCKET}/images.lance`,
  columns: ['width', 'height'],
  udf: 'features.images:size',
  onError: ErrorPolicy.SKIP, // a picture that can't be read is null, and is listed
  workerGroup: 'cpu',
});
env.addBackfill('caption', {
  table: `s3://${BUCKET}/images.lance`,
  column: 'caption',
  udf: 'features.captions:Captioner',
  workerGroup: 'gpu',
  gpusPerWorker: 1,
  checkpointInterval: Duration.minutes(2), // what a reclaimed spot machine costs, at most
});

env.addImagePrePull(); // a warm node has the image before a head comes
env.addMonitoring({ labels: { release: 'kube-prometheus-stack' } });
env.addSubmitters({ groups: ['data-scientists'], apiServerCidrs: VPC_SUBNETS });

app.synth();
