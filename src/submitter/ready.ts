import { ExitCode } from './exit-code';
import { NoContactError } from './no-contact';
import { RayJobsClient, RayVersion } from './ray-jobs';
import { SubmitterError } from './submitter-error';

/**
 * Makes sure that a Ray head answers and takes our token.
 *
 * @throws SubmitterError RAY_UNREACHABLE or NOT_AUTHORIZED
 */
export async function connect(client: RayJobsClient): Promise<RayVersion> {
  try {
    return await client.version();
  } catch (error) {
    if (!(error instanceof NoContactError)) { throw error; }
    throw new SubmitterError('RAY_UNREACHABLE', ExitCode.NOT_READY, `no Ray head answers at ${client.address}: ${error.message}`,
      'check that the head is up and the address is its dashboard; geneva-stack doctor looks at the rest');
  }
}
