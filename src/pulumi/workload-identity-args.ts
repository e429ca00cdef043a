import { Input } from '@pulumi/pulumi';

/** What a WorkloadIdentity needs. */
export interface WorkloadIdentityArgs {
  /** Name of the EKS cluster. */
  readonly clusterName: Input<string>;

  /** Namespace of the pods. */
  readonly namespace: Input<string>;

  /**
   * Service account of the pods.
   *
   * @default 'geneva-service-account'
   */
  readonly serviceAccountName?: Input<string>;

  /**
   * ARN of the cluster's OIDC provider in IAM, for a role by IRSA.
   *
   * @default - none: then `podIdentity` must be true
   */
  readonly oidcProviderArn?: Input<string>;

  /**
   * Whether pods get the role by EKS Pod Identity instead of IRSA. The cluster needs the agent add-on, EC2 nodes, and SDKs in the image that know
   * container credentials.
   *
   * @default false
   */
  readonly podIdentity?: boolean;

  /**
   * Tables that jobs write, or folders of them: `s3://acme/images.lance`.
   *
   * @default - none
   */
  readonly tables?: Input<Input<string>[]>;

  /**
   * Tables that jobs only read.
   *
   * @default - none
   */
  readonly sources?: Input<Input<string>[]>;

  /**
   * URL of the bundle store, such as `s3://acme/bundles/`. Pods read it, submitters add to it.
   *
   * @default - none
   */
  readonly bundleStore?: Input<string>;

  /**
   * ARNs of the KMS keys that encrypt tables and bundles.
   *
   * @default - none: they are encrypted with keys of S3 or of the account
   */
  readonly kmsKeyArns?: Input<Input<string>[]>;

  /**
   * ARNs of the roles and users that may submit jobs: they may be the submitter role, which is made for them.
   *
   * @default - nobody, and there is no such role
   */
  readonly submitterPrincipalArns?: Input<Input<string>[]>;

  /**
   * Group of Kubernetes that submitters are in. What they may do is what a RoleBinding of the namespace gives to it.
   *
   * @default - NAMESPACE-submitters
   */
  readonly submitterGroup?: Input<string>;

  /**
   * Tags of the roles.
   *
   * @default - none
   */
  readonly tags?: Input<{ [key: string]: Input<string> }>;
}
