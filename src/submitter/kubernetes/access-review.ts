import { Access } from './access';
import { ApiServer } from './api-server';

const REVIEWS: Access = { verb: 'create', group: 'authorization.k8s.io', version: 'v1', resource: 'selfsubjectaccessreviews' };

/** Asks the API server which of these we may not do. Everybody may ask for themselves. */
export async function missingAccess(server: ApiServer, wanted: readonly Access[]): Promise<Access[]> {
  const allowed = await Promise.all(wanted.map((access) => isAllowed(server, access)));
  return wanted.filter((_, index) => !allowed[index]);
}

async function isAllowed(server: ApiServer, resourceAttributes: Access): Promise<boolean> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const review = await server.ask<{ readonly status?: { readonly allowed?: boolean } }>(REVIEWS, { body });
  return review?.status?.allowed === true;
}
