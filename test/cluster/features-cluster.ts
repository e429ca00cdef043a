import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { FeaturesStack, FeaturesStackOptions, IMAGE, SUBMITTER } from './features-stack';
import { hasCondition, KubernetesClient, KubeObject, until } from './kubernetes-client';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { ManagedEnvironment, managedEnvironment } from '../../src/submitter/local/managed-environment';
import { Image } from '../../tools/testbed/images';
import { TestBed } from '../../tools/testbed/test-bed';
import { RunningServer, startS3 } from '../bundler/stores/servers';
import { python } from '../submitter/local-stack';
import { makeTexts } from '../submitter/texts';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');
const BUCKET = 'features';

/** Of the tests' environment. */
export const TABLE = `s3://${BUCKET}/texts.lance`;

/** Rows of {@link TABLE}. */
export const ROWS = 1000;

/** How long each node waits for the image. */
export const PULL_SECONDS = 3;

/** How many rows have the right length in a column; null: there is no such column. */
const RIGHT = `
import json, sys, lance
table = lance.dataset(sys.argv[1]).to_table()
column = sys.argv[2]
print(json.dumps(sum(a == len(b) for a, b in zip(table[column].to_pylist(), table["text"].to_pylist())) if column in table.column_names else None))
`;

/** A test bed on which the features environment is applied, with its table and its bundle store in S3, and somebody who may submit to it. */
export class FeaturesCluster {
  /** @param head whether the head of the environment has to be up, or is told not to be */
  public static async start(options: FeaturesStackOptions = {}, head: 'up' | 'suspended' = 'up'): Promise<FeaturesCluster> {
    const environment = await managedEnvironment(findInterpreter(), 'requirements-dev.lock', () => undefined); // has boto3, as an image for tables on S3 needs it
    const bed = await TestBed.start({ nodes: 'process', hide: [REPOSITORY] });
    const s3 = await startS3(bed.gateway!);
    const cluster = new FeaturesCluster(bed, s3, environment, new FeaturesStack(TABLE, BUCKET, options));
    Object.assign(process.env, { AWS_ALLOW_HTTP: 'true', AWS_ENDPOINT: s3.url });
    cluster.setImage({});
    await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
    makeTexts(environment.python, TABLE);
    const objects = cluster.stack.objects.map((object) => (head === 'suspended' && object.kind === 'RayCluster' ? { ...object, spec: { ...object.spec, suspend: true } } : object));
    await cluster.admin.apply([...objects, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: SUBMITTER }]);
    cluster.kubeconfig = await cluster.kubeconfigOf(SUBMITTER);
    if (head === 'suspended') { return cluster; }
    await until('the Ray cluster is ready', async () => hasCondition(await cluster.rayCluster(), 'HeadPodReady'), 300_000);
    return cluster;
  }

  /** Of somebody who may do all. */
  public readonly admin: KubernetesClient;
  /** Of somebody who may do what the environment lets submitters do. */
  public kubeconfig = '';

  private constructor(
    public readonly bed: TestBed,
    private readonly s3: RunningServer,
    private readonly environment: ManagedEnvironment,
    public readonly stack: FeaturesStack,
  ) {
    this.admin = KubernetesClient.fromKubeconfig(bed.kubeconfig);
  }

  /** What new pods get for the image of the stack, but for what is given. */
  public setImage(other: Image): void {
    this.bed.setImages({ [IMAGE]: { environment: this.environment.directory, env: awsVariables(), pullSeconds: PULL_SECONDS, ...other } });
  }

  /** How many rows have the right length in a column; null: there is no such column. */
  public right(column: string): number | null {
    return python(this.environment.python, RIGHT, TABLE, column);
  }

  public async rayCluster(stack = this.stack): Promise<KubeObject | undefined> {
    return this.admin.get(stack.object('RayCluster'));
  }

  /** Where the head is, by way of the API server. */
  public async proxyPath(): Promise<string> {
    const { serviceName } = (await this.rayCluster())!.status.head;
    return `/api/v1/namespaces/${SUBMITTER.namespace}/services/http:${serviceName}:8265/proxy`;
  }

  public async workers(): Promise<KubeObject[]> {
    return this.admin.list('v1', 'Pod', SUBMITTER.namespace, 'ray.io/node-type=worker');
  }

  public async readyWorkers(): Promise<KubeObject[]> {
    return (await this.workers()).filter((pod) => pod.metadata.deletionTimestamp === undefined && hasCondition(pod, 'Ready'));
  }

  /** A way in as a service account. */
  public async kubeconfigOf({ namespace, name }: { namespace: string; name: string }): Promise<string> {
    const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: {} };
    const { body } = await this.admin.send('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, request);
    const path = join(temporaryDirectory(), 'kubeconfig');
    writeFileSync(path, readFileSync(this.bed.kubeconfig, 'utf8').replace(/token: \S+/, `token: ${body.status.token}`));
    return path;
  }

  public async stop(): Promise<void> {
    await this.bed.stop();
    await this.s3.stop();
  }
}

/** What a cloud's identity would give the pods. */
function awsVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))) as Record<string, string>;
}
