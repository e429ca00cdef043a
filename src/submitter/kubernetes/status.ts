import { HttpAnswer } from '../http-request';

/** How an API server says that something went wrong. */
export interface Status {
  readonly kind: 'Status';
  readonly code?: number;
  readonly message?: string;
  readonly reason?: string;
  readonly details?: { readonly name?: string };
}

/** The Status that an answer is: through the service proxy, it tells the API server's own answers from those of what is behind it. */
export function statusIn({ status, body }: HttpAnswer): Status | undefined {
  if (status < 400 || !body.startsWith('{')) { return undefined; }
  try {
    const value = JSON.parse(body) as Partial<Status> & { apiVersion?: string };
    return value.kind === 'Status' && value.apiVersion === 'v1' ? value as Status : undefined;
  } catch {
    return undefined;
  }
}
