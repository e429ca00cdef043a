/**
 * What is read of Kubernetes objects. All of it may be missing: objects that were just made have no status.
 */

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTransitionTime?: string;
}

export interface Metadata {
  readonly name: string;
  readonly uid?: string;
  readonly creationTimestamp?: string;
  readonly labels?: Record<string, string>;
}

/** Source: KubeRay v1 API as of 1.7. */
export interface RayCluster {
  readonly metadata: Metadata;
  readonly spec?: { readonly rayVersion?: string; readonly suspend?: boolean; readonly authOptions?: { readonly secretName?: string } };
  readonly status?: {
    readonly head?: { readonly serviceName?: string; readonly podName?: string };
    readonly conditions?: readonly Condition[];
    readonly readyWorkerReplicas?: number;
    readonly maxWorkerReplicas?: number;
  };
}

/** Source: KubeRay v1 API as of 1.7. */
export interface RayJob {
  readonly metadata: Metadata & { readonly annotations?: Record<string, string> };
  readonly spec?: { readonly jobId?: string };
  readonly status?: {
    /** How far KubeRay is with it. */
    readonly jobDeploymentStatus?: string;
    /** Ray's own status of the job. */
    readonly jobStatus?: string;
    readonly reason?: string;
    readonly message?: string;
    /** Of its cluster. Empty until KubeRay has looked at it. */
    readonly rayClusterName?: string;
  };
}

export interface Pod {
  readonly metadata: Metadata;
  readonly status?: { readonly phase?: string; readonly conditions?: readonly Condition[] };
}

export interface CoreEvent {
  readonly metadata: Metadata;
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly involvedObject: { readonly kind?: string; readonly name?: string; readonly uid?: string; readonly fieldPath?: string };
  readonly firstTimestamp?: string | null;
  readonly lastTimestamp?: string | null;
  /** Of events that are written by newer clients; the other two are empty then. */
  readonly eventTime?: string | null;
}

export interface Deployment {
  readonly metadata: Metadata;
  readonly spec?: { readonly template?: { readonly spec?: { readonly containers?: readonly { readonly image?: string }[] } } };
}

export interface List<Item> {
  readonly items: readonly Item[];
}

/** The condition of a type, if it was written down. */
export function conditionOf(object: RayCluster | Pod | undefined, type: string): Condition | undefined {
  return object?.status?.conditions?.find((condition) => condition.type === type);
}
