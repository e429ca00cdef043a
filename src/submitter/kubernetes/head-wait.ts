import { setTimeout as sleep } from 'timers/promises';
import { ClusterApi } from './cluster-api';
import { headTrouble, whyHeadIsDown } from './head-trouble';
import { ExitCode } from '../exit-code';
import { NoContactError } from '../no-contact';
import { RayJobsClient } from '../ray-jobs';
import { SubmitterError } from '../submitter-error';

const PAUSE_MS = 2_000;

/** How a head is waited for. */
export interface HeadWait {
  readonly signal?: AbortSignal;
  /** How long it may take to come up. 0: it has to be up. */
  readonly limitMs: number;
  onNotice?(text: string): void;
}

/** Whether the head of a cluster is up. */
export async function isHeadReady(cluster: ClusterApi): Promise<boolean> {
  return headTrouble(await cluster.rayCluster()) === undefined;
}

/**
 * Waits until the head of a cluster is up and answers.
 *
 * @throws SubmitterError HEAD_NOT_READY
 */
export async function awaitHead(cluster: ClusterApi, client: RayJobsClient, { onNotice, signal, limitMs }: HeadWait): Promise<void> {
  const deadline = performance.now() + limitMs;
  const told = new Set<string>(); // kubelets take turns between two words for an image that can't be pulled
  for (;;) {
    const why = await whyNot(cluster, client);
    if (why === undefined) { return; }
    const { rayCluster: { name } } = cluster.descriptor;
    if (performance.now() + PAUSE_MS > deadline) {
      throw new SubmitterError('HEAD_NOT_READY', ExitCode.NOT_READY, `the head of RayCluster ${name} is not up after ${Math.round(limitMs / 1000)} s: ${why}`,
        'geneva-stack doctor --target cluster says what keeps it; the same command goes on waiting, longer with --head-timeout 1h');
    }
    if (!told.has(why)) { onNotice?.(`waiting for the head of ${name}: ${why}`); }
    told.add(why);
    await sleep(PAUSE_MS, undefined, { signal });
  }
}

async function whyNot(cluster: ClusterApi, client: RayJobsClient): Promise<string | undefined> {
  try {
    const why = await whyHeadIsDown(cluster);
    if (why === undefined) { await client.version(); } // its address may follow a little later
    return why;
  } catch (error) {
    if (error instanceof NoContactError) { return error.message; }
    throw error;
  }
}

