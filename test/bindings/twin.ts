import { App, Chart, Size } from 'cdk8s';
import { BundleStore, ComputeEnvironment, ErrorPolicy, HeadNodePool, RayImage } from 'geneva-constructs';

/** The environment of `java/App.java` and `go/main.go`, in TypeScript. */
const app = new App();
const chart = new Chart(app, 'features');
const env = new ComputeEnvironment(chart, 'features', {
  image: RayImage.fromRegistry('ghcr.io/acme/features:1', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
});
env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 10 });
env.addBackfill('words', {
  table: `${BundleStore.s3('acme', '').url}docs.lance`,
  column: 'words',
  udf: 'features.text:word_count',
  onError: ErrorPolicy.SKIP,
});
app.synth();
