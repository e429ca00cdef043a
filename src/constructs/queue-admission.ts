import { ApiObject } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { OPTIONS } from './known-options';
import { KueueVersion } from './kueue-version';
import { requireObjectIfGiven } from './require-object';
import { requireKnown } from './require-options';
import { invalidValue } from '../spec/invalid-value';
import { Admission, DEFAULT_KUEUE, KUEUE_API, KueueTarget, localQueueSpec } from '../spec/kueue';
import { isSubdomain, NameLimit } from '../spec/names';

/** How what is in a queue differs from the defaults. */
export interface QueueAdmissionOptions {
  /**
   * Name of the WorkloadPriorityClass by which Kueue orders the queue. Another one may be named while the cluster runs; to have one or none is fixed.
   *
   * @default - the priority of the head pod, which is high: QUEUE-01
   */
  readonly priorityClass?: string;

  /**
   * The Kueue that admits.
   *
   * @default KueueVersion.V0_19
   */
  readonly kueue?: KueueVersion;
}

/** How a local queue, and what is in it, differ from the defaults. */
export interface LocalQueueOptions extends QueueAdmissionOptions {
  /**
   * Name of the local queue.
   *
   * @default - that of the first environment or job that is given to it
   */
  readonly queueName?: string;
}

/** What is to be admitted. */
interface Applicant {
  /** The cluster's name without the part that changes. */
  readonly label: string;
  readonly namespaceName: string;
}

/**
 * Has Kueue decide when a cluster or a job may start: it waits, without pods, until its queue has quota for it, and scales as far as quota goes.
 *
 * Needs Kueue with its Ray integrations (`ray.io/raycluster`, `ray.io/rayjob`) and elastic jobs, which are on from 0.18.
 *
 * The quota must hold more than what is asked for: Kueue counts the autoscaler beside the head (half a CPU and 512 MiB, so the default head takes 4.5
 * CPUs and 8.5 GiB) and the pod that submits a RayJob (half a CPU and 200 MiB). A cluster holds its quota until it is deleted, and so does one whose
 * declaration has changed: the next one, under another name, waits until you delete it where there isn't quota for both.
 *
 * One value may be given to several environments and jobs: a local queue is emitted once for each namespace. Another queue is another cluster: Kueue
 * lets none that runs move. With `UpgradeStrategy.RECREATE` the name stays: delete the cluster before it comes back in another queue.
 *
 * @example
 *
 * import { Chart } from 'cdk8s';
 * import { ComputeEnvironment, HeadNodePool, QueueAdmission, RayImage } from 'geneva-constructs';
 *
 * declare const chart: Chart;
 * new ComputeEnvironment(chart, 'features', {
 *   image: RayImage.fromRegistry('ghcr.io/acme/features:1', { rayVersion: '2.54.0', pythonVersion: '3.12' }),
 *   headPool: HeadNodePool.karpenter(),
 *   queueAdmission: QueueAdmission.localQueue('batch', { priorityClass: 'backfills' }),
 * });
 */
export class QueueAdmission {
  /**
   * A LocalQueue in the namespace of what is admitted, which takes its quota from a ClusterQueue.
   *
   * @param clusterQueue name of the ClusterQueue, which must exist and let the namespace in
   * @param options how it differs from the defaults
   * @throws when a name can't be one
   */
  public static localQueue(clusterQueue: string, options: LocalQueueOptions = {}): QueueAdmission {
    requireKnown('QueueAdmission.localQueue', options, OPTIONS.LOCAL_QUEUE);
    const { queueName } = options;
    requireName('QueueAdmission.localQueue', 'clusterQueue', clusterQueue, NameLimit.SUBDOMAIN);
    if (queueName !== undefined) { requireName('QueueAdmission.localQueue', 'queueName', queueName, NameLimit.LABEL); }
    const queues = new WeakMap<IConstruct, Map<string, string>>();
    return new QueueAdmission('QueueAdmission.localQueue', options, (scope, { label, namespaceName }) => {
      const { root } = scope.node;
      const names = queues.get(root) ?? new Map<string, string>();
      queues.set(root, names);
      const known = names.get(namespaceName);
      if (known !== undefined) {
        return known;
      }
      const metadata = { name: queueName ?? label, namespace: namespaceName };
      const { name } = new ApiObject(scope, 'LocalQueue', { apiVersion: KUEUE_API, kind: 'LocalQueue', metadata, spec: localQueueSpec(clusterQueue) });
      names.set(namespaceName, name);
      return name;
    });
  }

  /**
   * A LocalQueue that exists in the namespace. Emits nothing.
   *
   * @param queueName name of the LocalQueue
   * @param options how it differs from the defaults
   * @throws when a name can't be one
   */
  public static fromLocalQueueName(queueName: string, options: QueueAdmissionOptions = {}): QueueAdmission {
    requireKnown('QueueAdmission.fromLocalQueueName', options, OPTIONS.QUEUE_ADMISSION);
    requireName('QueueAdmission.fromLocalQueueName', 'queueName', queueName, NameLimit.LABEL);
    return new QueueAdmission('QueueAdmission.fromLocalQueueName', options, () => queueName);
  }

  private constructor(
    path: string,
    private readonly options: QueueAdmissionOptions,
    private readonly queue: (scope: Construct, applicant: Applicant) => string,
  ) {
    const { priorityClass, kueue } = options;
    if (priorityClass !== undefined) { requireName(path, 'priorityClass', priorityClass, NameLimit.LABEL); }
    requireObjectIfGiven(path, { at: 'kueue', got: kueue, has: 'withElasticJobs', expected: 'a KueueVersion', fix: 'kueue: KueueVersion.V0_19' });
  }

  /**
   * The Kueue that admits.
   *
   * @internal
   */
  public _target(): KueueTarget {
    return this.options.kueue?._target() ?? DEFAULT_KUEUE;
  }

  /**
   * Emits the queue, where there is none yet, and says what the applicant must bear.
   *
   * @internal
   */
  public _bind(scope: Construct, applicant: Applicant): Admission {
    return { queueName: this.queue(scope, applicant), priorityClass: this.options.priorityClass };
  }
}

/** Refuses what Kueue's webhook refuses; names that become the value of a label are shorter. */
function requireName(path: string, at: string, got: string, limit: number): void {
  if (typeof got !== 'string' || !isSubdomain(got, limit)) {
    const expected = `at most ${limit} lower case letters, digits, dashes and dots`;
    throw invalidValue({ path, at, got, expected, fix: 'copy the name: kubectl get localqueues,clusterqueues,workloadpriorityclasses' });
  }
}
