import { SubmitterError } from '../submitter-error';

/** Looks at what is good to know and not needed: who may not see it goes on without. */
export async function ifAllowed<Found>(look: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof SubmitterError && error.code === 'KUBERNETES_FORBIDDEN') { return undefined; }
    throw error;
  }
}
