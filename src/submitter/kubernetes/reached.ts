import { ApiServer } from './api-server';
import { ExitCode } from '../exit-code';
import { NoContactError } from '../no-contact';
import { SubmitterError } from '../submitter-error';

/** Makes an error that a person can act on of a server that does not answer: where nothing has begun yet, nobody waits for it. */
export async function reached<Found>(server: ApiServer, work: () => Promise<Found>): Promise<Found> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof NoContactError)) { throw error; }
    const context = server.context === undefined ? '' : ` of context ${server.context}`;
    throw new SubmitterError('KUBERNETES_UNREACHABLE', ExitCode.NOT_READY, `the cluster${context} does not answer: ${error.message}`,
      'check that it is up and that this machine reaches it (VPN, private endpoint), or pass another --context');
  }
}
