import { randomBytes } from 'crypto';
import { submissionRefused } from '../deliver';
import { ExitCode } from '../exit-code';
import { follow } from '../follow';
import { HeardPlan, Planned } from './heard-plan';
import { lastLine } from '../last-line';
import { RayJobsClient } from '../ray-jobs';
import { RunSpec } from '../run-record';
import { planSubmission } from '../run-spec';
import { RuntimeEvent } from '../runtime-event';
import { SubmitterError } from '../submitter-error';

/** A job that only looks at a table is over in seconds; a cluster that is out of reach for longer is told. */
const CONTACT_MS = 60_000;

/** What the runtime is to plan on a cluster. */
export interface PlanThere {
  readonly client: RayJobsClient;
  readonly environment: string;
  readonly spec: RunSpec;
  readonly runtimeUrl: string | undefined;
  readonly onLine: (line: string) => void;
}

/**
 * Plans a job where it would run, as a short Ray job on the head: with the image, the identity and the nodes that a run would have.
 *
 * @throws SubmitterError SUBMISSION_REFUSED, SUBMISSION_UNANSWERED, LOST_CONTACT or PLAN_FAILED
 */
export async function planThere({ client, environment, spec, runtimeUrl, onLine }: PlanThere): Promise<Planned> {
  const id = `${environment}-${spec.job.name}-plan-${randomBytes(5).toString('hex')}`;
  const answer = await client.submit(planSubmission(id, environment, spec, runtimeUrl));
  if (answer.kind === 'refused') { throw submissionRefused(client, id, answer.reason); }
  if (answer.kind === 'unknown' && !await client.job(id)) {
    throw new SubmitterError('SUBMISSION_UNANSWERED', ExitCode.NOT_READY, `${client.address} did not take ${id}: ${answer.reason}`,
      'run the same command again: a head that has just started takes no jobs for a while');
  }
  const heard = new HeardPlan(onLine);
  const listener = { onEvent: (event: RuntimeEvent) => heard.event(event), onLine };
  const end = await follow(client, id, listener, { contactTimeoutMs: CONTACT_MS });
  if (heard.result) { return heard.result; }
  if (end.kind !== 'ended') {
    throw new SubmitterError('LOST_CONTACT', ExitCode.LOST_CONTACT, `no contact with the cluster: ${end.reason}`,
      'run the same command again once the cluster is in reach');
  }
  const why = lastLine(end.job.message ?? end.job.status);
  throw new SubmitterError('PLAN_FAILED', ExitCode.FAILED, `${client.address}: the Ray job ${id} ended without a plan: ${why}`,
    `read its log in Ray's dashboard at ${client.address}`);
}
