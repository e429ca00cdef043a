import { availableParallelism, hostname, totalmem } from 'os';
import { setTimeout as sleep } from 'timers/promises';
import { RayJobsClient } from '../ray-jobs';

/** A node of a Ray cluster, as the runtime's `PlanRequest` has it. */
export interface RayNode {
  readonly name: string;
  /** `CPU`, `GPU`, `memory` and others. */
  readonly resources: Record<string, number>;
}

interface StateNode {
  readonly state: string;
  readonly node_name: string;
  readonly resources_total: Record<string, number>;
}

interface StateAnswer {
  readonly data?: { readonly result?: { readonly result?: StateNode[] } };
}

/** A head that has just started knows no node for a while, not even its own; measured: 4 s. */
const FIRST_NODE_MS = 30_000;

const PAUSE_MS = 500;

/** Ray keeps this share of a machine's memory for objects. */
const OBJECT_STORE = 0.3;

/** The living nodes of a Ray cluster, by its state API; waits for the first one. Undefined: it does not tell. */
export async function rayNodes(client: RayJobsClient): Promise<RayNode[] | undefined> {
  for (const deadline = performance.now() + FIRST_NODE_MS; performance.now() < deadline; await sleep(PAUSE_MS)) {
    const nodes = await livingNodes(client);
    if (nodes === undefined || nodes.length > 0) { return nodes; }
  }
  return undefined;
}

/** The living nodes that a Ray cluster knows now. Undefined: it does not tell. */
export async function livingNodes(client: RayJobsClient): Promise<RayNode[] | undefined> {
  try {
    const nodes = (await client.nodes() as StateAnswer).data?.result?.result;
    return nodes?.filter(({ state }) => state === 'ALIVE').map(({ node_name: name, resources_total: resources }) => ({ name, resources }));
  } catch {
    return undefined; // it is down, or another release: this machine is taken in its place
  }
}

/** The node that a Ray head on this machine would be. Whether there are GPUs only a head can tell, so there are as many as are asked for. */
export function thisMachine(numGpus: number): RayNode {
  return { name: hostname(), resources: { CPU: availableParallelism(), GPU: numGpus, memory: Math.floor(totalmem() * (1 - OBJECT_STORE)) } };
}
