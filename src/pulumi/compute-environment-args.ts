import { Input } from '@pulumi/pulumi';
import { BundleBucketArgs } from './bundle-bucket-args';
import { BackfillArgs, MaterializedViewArgs } from './job-args';
import { HeadPoolArgs, NodeClassArgs, WorkerPoolArgs } from './karpenter-node-pools-args';
import { NetworkIsolationArgs } from './network-isolation-args';
import { NodesArgs } from './node-group-args';
import { ClusterArgs } from './ray-cluster-args';
import { BundleRootArgs } from './workspace-bundle-args';

/** Nodes for workers, as a managed node group. */
export interface WorkerNodesArgs extends NodesArgs {
  /** Tells the group from the others. */
  readonly name: string;

  /**
   * What workers compute with: `cpu` or `gpu`.
   *
   * @default 'cpu'
   */
  readonly kind?: Input<string>;
}

/** Karpenter's pools. Those that are not said are not made. */
export interface KarpenterArgs {
  /**
   * The pool for heads.
   *
   * @default - none
   */
  readonly headPool?: Input<HeadPoolArgs>;

  /**
   * The pool for workers without GPUs.
   *
   * @default - none
   */
  readonly cpuPool?: Input<WorkerPoolArgs>;

  /**
   * The pool for workers with GPUs.
   *
   * @default - none
   */
  readonly gpuPool?: Input<WorkerPoolArgs>;

  /**
   * The node class to make, for these pools alone.
   *
   * @default - none: `nodeClassName` is there already
   */
  readonly nodeClass?: Input<NodeClassArgs>;

  /**
   * Name of an EC2NodeClass that is there already.
   *
   * @default 'default', unless one is made
   */
  readonly nodeClassName?: Input<string>;

  /**
   * Whether to make the queue by which Karpenter hears of nodes that AWS is about to take.
   *
   * @default true
   */
  readonly interruptionQueue?: boolean;
}

/** Who submits jobs by way of the API server. */
export interface SubmittersArgs {
  /**
   * ARNs of the roles and users of AWS that may submit. A role is made for them, with rights to find the cluster and to add bundles.
   *
   * @default - none
   */
  readonly principalArns?: Input<Input<string>[]>;

  /**
   * Users, as the API server knows them.
   *
   * @default - none
   */
  readonly users?: Input<Input<string>[]>;

  /**
   * Groups of users, as the API server knows them.
   *
   * @default - none
   */
  readonly groups?: Input<Input<string>[]>;

  /**
   * Whether they may use `--via port-forward`, too. It reaches every port of every pod in the namespace.
   *
   * @default false
   */
  readonly portForward?: Input<boolean>;

  /**
   * Addresses that the API server reaches pods from: on EKS those of the cluster's subnets. Network isolation lets it through to the dashboard then.
   *
   * @default - none
   */
  readonly apiServerCidrs?: Input<Input<string>[]>;
}

/** What a ComputeEnvironment needs beyond its defaults. */
export interface ComputeEnvironmentArgs extends ClusterArgs, NetworkIsolationArgs {
  /**
   * Name of the environment, by which submitters find it. At most 41 lower case letters, digits and dashes.
   *
   * @default - the component's name
   */
  readonly environmentName?: string;

  /**
   * Namespace that is there already, to put everything into.
   *
   * @default - one is made, with the name of the environment
   */
  readonly namespace?: Input<string>;

  /**
   * Python minor release of the image, such as `3.12`.
   *
   * @default - not said: then packages that ship are not checked against it
   */
  readonly pythonVersion?: Input<string>;

  /**
   * Service account that is there already, for the Ray pods. It gets the rights that Ray's autoscaler needs.
   *
   * @default - one called `geneva-service-account` is made
   */
  readonly serviceAccountName?: Input<string>;

  /**
   * Name of the EKS cluster. Needed for node groups and for roles.
   *
   * @default - none
   */
  readonly eksClusterName?: Input<string>;

  /**
   * ARN of the cluster's OIDC provider in IAM, for a role by IRSA.
   *
   * @default - none: then `podIdentity` must be true, or `roleArn` be given
   */
  readonly oidcProviderArn?: Input<string>;

  /**
   * Whether pods get their role by EKS Pod Identity instead of IRSA.
   *
   * @default false
   */
  readonly podIdentity?: boolean;

  /**
   * ARN of a role of yours for the Ray pods. It must trust the service account.
   *
   * @default - one is made, with rights to the tables of the jobs, when `eksClusterName` is given
   */
  readonly roleArn?: Input<string>;

  /**
   * Tables in S3 that the role may write beyond those of the jobs, or folders of them: `s3://acme/images/`.
   *
   * @default - none
   */
  readonly tables?: Input<Input<string>[]>;

  /**
   * ARNs of the KMS keys that encrypt the tables, and a `bundleStore` of yours.
   *
   * @default - none: they are encrypted with keys of S3 or of the account
   */
  readonly kmsKeyArns?: Input<Input<string>[]>;

  /**
   * Subnets that the nodes of node groups start in.
   *
   * @default - none: needed for node groups
   */
  readonly subnetIds?: Input<Input<string>[]>;

  /**
   * A managed node group for the head, always up.
   *
   * @default - none: nodes with the label of heads are there already, or Karpenter makes them
   */
  readonly headNodeGroup?: NodesArgs;

  /**
   * Managed node groups for workers.
   *
   * @default - none
   */
  readonly workerNodeGroups?: WorkerNodesArgs[];

  /**
   * Karpenter's pools for heads and for workers.
   *
   * @default - none
   */
  readonly karpenter?: KarpenterArgs;

  /**
   * Directories with the code of the jobs, in the order of Python's path.
   *
   * @default - none: functions must be in the image
   */
  readonly workspaceRoots?: BundleRootArgs[];

  /**
   * URL of a store of yours that keeps the bundle, such as `s3://acme/bundles/`.
   *
   * @default - a bucket is made when there is code to keep
   */
  readonly bundleStore?: Input<string>;

  /**
   * How the bucket that is made differs from the defaults.
   *
   * @default - it does not
   */
  readonly bucket?: BundleBucketArgs;

  /**
   * Jobs that fill columns of tables.
   *
   * @default - none
   */
  readonly backfills?: Input<Input<BackfillArgs>[]>;

  /**
   * Jobs that refresh materialized views.
   *
   * @default - none
   */
  readonly materializedViews?: Input<Input<MaterializedViewArgs>[]>;

  /**
   * Who submits jobs by `geneva-stack --target cluster`, besides administrators.
   *
   * @default - nobody
   */
  readonly submitters?: SubmittersArgs;

  /**
   * Release of the Helm chart of the KubeRay operator to install, such as `1.7.0`.
   *
   * @default - none: the operator is there already
   */
  readonly kubeRayChart?: Input<string>;

  /**
   * Tags of all that is made on AWS.
   *
   * @default - none
   */
  readonly tags?: Input<{ [key: string]: Input<string> }>;
}
