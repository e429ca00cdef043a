import * as path from 'path';
import { App, Chart, Cron, Duration, Size } from 'cdk8s';
import {
  BundleRoot, BundleStore, CloudIdentity, ComputeEnvironment, HeadNodePool, RayImage, WorkspaceBundle,
} from 'geneva-constructs';

const BUCKET = 'acme-tickets';

const app = new App();
const chart = new Chart(app, 'scheduled-view');

const env = new ComputeEnvironment(chart, 'tickets', {
  image: RayImage.fromRegistry('ghcr.io/acme/tickets:2026-11', { rayVersion: '2.60.0', pythonVersion: '3.11' }),
  headPool: HeadNodePool.karpenter({ instanceFamilies: ['m7i', 'm7a'] }),
  cloudIdentity: CloudIdentity.eksIrsa('arn:aws:iam::123456789012:role/tickets-jobs'),
  workspace: new WorkspaceBundle(chart, 'code', {
    roots: [BundleRoot.workspace(path.join(__dirname, 'workspace'))],
    store: BundleStore.s3(BUCKET, 'bundles/'),
  }),
  // A pod that runs `geneva-stack submit` at the times below. It may write bundles, and has no rights in Kubernetes.
  scheduleSubmitter: {
    image: 'ghcr.io/acme/tickets-submitter:2026-11', // the Dockerfile beside this file
    stackDirectory: '/app/example/dist',
    cloudIdentity: CloudIdentity.eksIrsa('arn:aws:iam::123456789012:role/tickets-submitter'),
  },
});
env.addWorkerGroup('cpu', { cpu: 4, memory: Size.gibibytes(8), maxReplicas: 20 });

// The open tickets, with a column of their own. A refresh computes what changed in the source, and removes what was closed.
env.addMaterializedView('open-tickets', {
  source: `s3://${BUCKET}/tickets.lance`,
  destination: `s3://${BUCKET}/open-tickets.lance`,
  select: ['ticket', 'body', 'opened_at'],
  where: "status = 'open'",
  columns: [{ column: 'urgency', udf: 'features.tickets:urgency' }],
  workerGroup: 'cpu',
  schedule: {
    cron: Cron.schedule({ minute: '*/15' }),
    timeZone: 'Europe/Berlin',
    timeLimit: Duration.minutes(10),
  },
});

app.synth();
