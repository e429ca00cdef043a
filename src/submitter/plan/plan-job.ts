import { join } from 'path';
import { Planned } from './heard-plan';
import { knownBundle } from './known-bundle';
import { planHere } from './plan-here';
import { PlanReport, planReport } from './plan-report';
import { planThere } from './plan-there';
import { rayNodes, thisMachine } from './ray-nodes';
import { JobDescriptor } from '../../descriptor/stack-descriptor';
import { findInterpreter } from '../local/interpreter';
import { LocalHead, localHead } from '../local/local-head';
import { managedEnvironment } from '../local/managed-environment';
import { BundleState } from '../publish-stack';
import { RayJobsClient } from '../ray-jobs';
import { connect } from '../ready';
import { RunSpec } from '../run-record';
import { planSpec, runSpec } from '../run-spec';
import { Stack } from '../stack';
import { rayJobsAt, Target } from '../target';
import { readToken } from '../token';

/** What a `plan` is given. */
export interface PlanRequest {
  readonly stack: Stack;
  /** With overrides applied. */
  readonly job: JobDescriptor;
  /** Undefined: this machine, whether a Ray head runs on it or not. */
  readonly target: Target | undefined;
  readonly stateDirectory: string;
  /** Hears what takes its time. */
  readonly onProgress: (text: string) => void;
  /** Hears what the user's own code prints while it is imported. */
  readonly onLine: (line: string) => void;
}

/** What the runtime is asked with. */
interface Asked {
  readonly request: PlanRequest;
  readonly spec: RunSpec;
  readonly state: Partial<BundleState> | undefined;
}

/** What came of it. */
interface Answered {
  readonly planned?: Planned;
  readonly notes: readonly string[];
}

/** In a spec whose bundle is read from its directories: nobody looks at its manifest. */
const NO_MANIFEST = '0'.repeat(64);

/**
 * Tells what a run of a job would do if it began now. Runs and publishes nothing.
 *
 * The runtime counts, by the code with which a run plans: on this machine in a process of its own, on a cluster as a short Ray job.
 */
export async function planJob(request: PlanRequest): Promise<PlanReport> {
  const { environment, bundle } = request.stack.descriptor;
  const { job, target } = request;
  const { state, note } = bundle ? await knownBundle(request.stack, bundle, target) : {};
  const spec = runSpec(request.stack.descriptor, job, !target || target.isLocal, state?.published?.manifestSha256 ?? NO_MANIFEST);
  const { planned, notes } = await (target ? askThere({ request, spec, state }, target) : askHere({ request, spec, state }));
  const frame = { job: spec.job, environment, target: target?.name ?? 'local', workerGroups: spec.workerGroups ?? [], bundle: state?.report ?? null };
  return planReport({ ...frame, notes: [...notes, ...note ? [note] : []] }, planned);
}

async function askThere({ request, spec, state }: Asked, target: Target): Promise<Answered> {
  if (state && !state.published) {
    return { notes: ['rows and tasks are not counted: the cluster counts them, with the bundle, and not all of that is published; geneva-stack publish, then plan again'] };
  }
  const client = rayJobsAt(target);
  await connect(client);
  const { environment } = request.stack.descriptor;
  return { planned: await planThere({ client, environment, spec, runtimeUrl: state?.published?.runtimeUrl, onLine: request.onLine }), notes: [] };
}

async function askHere({ request, spec, state }: Asked): Promise<Answered> {
  const { environment } = request.stack.descriptor;
  const head = localHead(request.stateDirectory);
  const found = head && await rayNodes(new RayJobsClient(head.address, readToken(head.tokenPath)));
  const nodes = found ?? [thisMachine(spec.job.workers?.numGpus ?? 0)];
  const planned = await planHere({
    python: await pythonOf(head, request.onProgress),
    spec: planSpec(`${environment}-${spec.job.name}-plan`, environment, spec),
    directories: spec.bundle ? state?.directories ?? null : [],
    nodes,
    onLine: request.onLine,
  });
  return { planned, notes: found ? [] : [`no Ray head runs on this machine: its ${nodes[0].resources.CPU} CPUs were counted on; geneva-stack local up starts one`] };
}

/** The head's own Python, where there is a head: it would run the job. */
async function pythonOf(head: LocalHead | undefined, onProgress: (text: string) => void): Promise<string> {
  return head ? join(head.environment, 'bin', 'python') : (await managedEnvironment(findInterpreter(), 'requirements.lock', onProgress)).python;
}
