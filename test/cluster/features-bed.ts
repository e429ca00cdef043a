import { readFileSync, writeFileSync } from 'fs';
import { join } from 'path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { KubernetesClient } from './kubernetes-client';
import { findInterpreter } from '../../src/submitter/local/interpreter';
import { ManagedEnvironment, managedEnvironment } from '../../src/submitter/local/managed-environment';
import { Image } from '../../tools/testbed/images';
import { TestBed } from '../../tools/testbed/test-bed';
import { RunningServer, startS3 } from '../bundler/stores/servers';
import { python } from '../submitter/local-stack';
import { makeTexts } from '../submitter/texts';
import { temporaryDirectory } from '../temporary-directory';

const REPOSITORY = join(__dirname, '..', '..');

/** Of table and bundles. */
export const BUCKET = 'features';

/** Of the tests' environment. */
export const TABLE = `s3://${BUCKET}/texts.lance`;

/** Rows of {@link TABLE}. */
export const ROWS = 1000;

/** The image that the table of images knows. */
export const IMAGE = 'rayproject/ray:2.60.0-py311';

/** How long each node waits for the image. */
export const PULL_SECONDS = 3;

/** Who submits in the tests, with no rights but those that the environment gives. */
export const SUBMITTER = { namespace: 'features', name: 'submitter' };

/**
 * The code of the jobs.
 *
 * The slow function takes its time for each text: workers have to come, be killed and come again meanwhile.
 */
export const WORKSPACE = {
  'features/__init__.py': '',
  'features/text.py': `
import time

def length(text: str) -> int:
    return len(text)

def slow_length(text: str) -> int:
    time.sleep(0.02)
    return len(text)
`,
};

/** How many rows have the right length in a column; null: there is no such column. */
const RIGHT = `
import json, sys, lance
table = lance.dataset(sys.argv[1]).to_table()
column = sys.argv[2]
print(json.dumps(sum(a == len(b) for a, b in zip(table[column].to_pylist(), table["text"].to_pylist())) if column in table.column_names else None))
`;

/** What a bed consists of. */
export interface FeaturesBedParts {
  readonly bed: TestBed;
  readonly s3: RunningServer;
  readonly environment: ManagedEnvironment;
}

/** A test bed whose pods run, with an image for them, and a table in S3 beside it. */
export class FeaturesBed {
  /** @returns of what it consists; the variables of this process point to its S3 */
  public static async makeParts(): Promise<FeaturesBedParts> {
    const environment = await managedEnvironment(findInterpreter(), 'requirements-dev.lock', () => undefined); // has boto3, as an image for tables on S3 needs it
    const bed = await TestBed.start({ nodes: 'process', hide: [REPOSITORY] });
    const s3 = await startS3(bed.gateway!);
    Object.assign(process.env, { AWS_ALLOW_HTTP: 'true', AWS_ENDPOINT: s3.url });
    await new S3Client({ forcePathStyle: true }).send(new CreateBucketCommand({ Bucket: BUCKET }));
    makeTexts(environment.python, TABLE);
    return { bed, s3, environment };
  }

  public readonly bed: TestBed;
  /** Of somebody who may do all. */
  public readonly admin: KubernetesClient;

  constructor(private readonly parts: FeaturesBedParts) {
    this.bed = parts.bed;
    this.admin = KubernetesClient.fromKubeconfig(parts.bed.kubeconfig);
    this.setImage({});
  }

  /** What new pods get for {@link IMAGE}, but for what is given. */
  public setImage(other: Image): void {
    this.bed.setImages({ [IMAGE]: { environment: this.parts.environment.directory, env: awsVariables(), pullSeconds: PULL_SECONDS, ...other } });
  }

  /** How many rows have the right length in a column; null: there is no such column. */
  public right(column: string): number | null {
    return python(this.parts.environment.python, RIGHT, TABLE, column);
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
    await this.parts.s3.stop();
  }
}

/** What a cloud's identity would give the pods. */
function awsVariables(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'))) as Record<string, string>;
}
