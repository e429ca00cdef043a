/**
 * The stack descriptor: all that the submitter needs to know about a compute environment.
 *
 * The types mirror `schemas/stack-descriptor.v1.schema.json`, which is the contract.
 */

import type { RayJobV1Spec } from '../spec/ray-job-types';

/** Version of the format that this library writes and reads. */
export const STACK_DESCRIPTOR_SCHEMA = 'stack-descriptor/v1';

/** Label of the ConfigMap that carries a descriptor, with the format's version as its value. */
export const STACK_DESCRIPTOR_LABEL = 'geneva-constructs/stack-descriptor';

/** Key of the ConfigMap's data under which the descriptor is found. */
export const STACK_DESCRIPTOR_KEY = 'stack.json';

/** A compute environment as the submitter sees it. */
export interface StackDescriptor {
  readonly schema: typeof STACK_DESCRIPTOR_SCHEMA;
  readonly environment: string;
  readonly namespace: string;
  readonly rayCluster: RayClusterDescriptor;
  readonly serviceAccount?: string;
  readonly workerGroups: WorkerGroupDescriptor[];
  readonly bundle: BundleDescriptor | null;
  readonly jobs: JobDescriptor[];
  /** Absent: all jobs run on the cluster of the environment. */
  readonly runClusters?: RunClustersDescriptor;
}

/** Clusters that live as long as one run. */
export interface RunClustersDescriptor {
  /** Names of the jobs whose runs have one each. */
  readonly jobs: string[];
  /** What each is made from: a RayJob without its name. */
  readonly rayJob: {
    readonly metadata: { readonly labels: Record<string, string>; readonly annotations?: Record<string, string> };
    readonly spec: RayJobV1Spec;
  };
}

/** The Ray cluster that jobs are submitted to. */
export interface RayClusterDescriptor {
  readonly name: string;
  /** Exact release, such as `2.60.0`. */
  readonly rayVersion: string;
  /** Minor release, such as `3.11`. */
  readonly pythonVersion?: string;
  readonly image: string;
  readonly dashboard: { readonly service: string; readonly port: number };
  /** Absent when token authentication is off. */
  readonly tokenSecret?: { readonly name: string; readonly key: string };
}

/** One worker group; sizes are those of one worker. */
export interface WorkerGroupDescriptor {
  readonly name: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly idleTimeoutSeconds: number;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly gpus: number;
}

/** The workspace bundle of an environment, known by content. */
export interface BundleDescriptor {
  readonly digest: string;
  /** URL that ends in `/`, such as `s3://acme-bundles/features/`. */
  readonly store: string;
}

/** A declared job. */
export type JobDescriptor = BackfillDescriptor | MaterializedViewDescriptor;

/** Where the values of one column come from, or those of several. */
export interface UdfDescriptor {
  /** Absent when there are `columns`. */
  readonly column?: string;
  /** One for each field of the struct that the function returns. Absent when there is a `column`. */
  readonly columns?: string[];
  /** `module:function`, imported from the bundle. */
  readonly udf: string;
  /** Argument name to column name. Absent: arguments are columns of the same name. */
  readonly inputs?: Record<string, string>;
  /** Arrow type. Absent: the function's return annotation. */
  readonly outputType?: string;
  readonly udfVersion?: string;
}

/** Fills one column of a table, or several with one function. */
export interface BackfillDescriptor extends UdfDescriptor {
  readonly name: string;
  readonly kind: 'backfill';
  readonly table: string;
  /** Lance SQL. Absent: the rows in which a column that the run writes is null. */
  readonly where?: string;
  readonly batchRows?: number;
  /** Rows after which an actor saves what it has. Absent: only the seconds count. */
  readonly checkpointRows?: number;
  /** Seconds after which an actor saves what it has. Absent: 60. */
  readonly checkpointSeconds?: number;
  /** What becomes of a row whose value cannot be computed. Absent: it ends the run. */
  readonly onError?: 'fail' | 'skip' | 'retry';
  /** Further attempts at a row, or a batch, before `onError` has its way. Absent: 3 with `retry`, else 0. */
  readonly retries?: number;
  /** Wait before the first further attempt; twice as long before each next one. Absent: 1. */
  readonly retrySeconds?: number;
  /** Time that the function may take for one batch. Absent: any. */
  readonly batchTimeoutSeconds?: number;
  /** Fragments after which a commit shows what is done. Absent: one commit at the end. */
  readonly commitEvery?: number;
  /** Whether rows that are appended during the run are computed, too. Absent: true. */
  readonly followAppends?: boolean;
  /** Whether to wait for another run that writes the same column; else the job is refused. Absent: false. */
  readonly wait?: boolean;
  readonly workers?: WorkersDescriptor;
}

/** Refreshes one materialized view. */
export interface MaterializedViewDescriptor {
  readonly name: string;
  readonly kind: 'materialized-view';
  readonly source: string;
  readonly destination: string;
  /** Columns of the source that the view keeps. Absent: all of them. */
  readonly select?: string[];
  readonly where?: string;
  readonly columns?: UdfDescriptor[];
  readonly batchRows?: number;
  readonly workers?: WorkersDescriptor;
}

/** The Ray actors that run a job's UDF. */
export interface WorkersDescriptor {
  /** Worker group to run on. Absent: any. */
  readonly group?: string;
  /** Actors at once. Absent: the CPUs of the cluster. */
  readonly concurrency?: number;
  /** CPUs of one actor. Absent: 1. */
  readonly numCpus?: number;
  readonly numGpus?: number;
  /** Memory of one actor. Absent: not reserved. */
  readonly memoryBytes?: number;
}
