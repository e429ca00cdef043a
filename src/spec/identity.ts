/** An address at which a node hands out credentials. */
export interface IdentityEndpoint {
  readonly cidr: string;
  readonly port: number;
}

/** How pods come to be somebody to a cloud. */
export interface IdentitySpec {
  readonly accountAnnotations: Record<string, string>;
  readonly podLabels: Record<string, string>;
  /** Addresses that are plain HTTP on the node, and so not among what isolation lets out anyway. */
  readonly endpoints: IdentityEndpoint[];
}

/** Source: EKS documentation, IAM roles for service accounts. Regional endpoints: the global one is slower and a single point of failure. */
export function eksIrsa(roleArn: string): IdentitySpec {
  const accountAnnotations = { 'eks.amazonaws.com/role-arn': roleArn, 'eks.amazonaws.com/sts-regional-endpoints': 'true' };
  return { accountAnnotations, podLabels: {}, endpoints: [] };
}

/** Source: EKS documentation, Pod Identity agent: link-local 169.254.170.23, and fd00:ec2::23 in IPv6 clusters. */
export function eksPodIdentity(): IdentitySpec {
  return { accountAnnotations: {}, podLabels: {}, endpoints: [{ cidr: '169.254.170.23/32', port: 80 }, { cidr: 'fd00:ec2::23/128', port: 80 }] };
}

/** Source: GKE documentation, Workload Identity and network policies: the metadata server, with and without Dataplane V2. */
export function gkeWorkloadIdentity(email: string): IdentitySpec {
  return {
    accountAnnotations: { 'iam.gke.io/gcp-service-account': email },
    podLabels: {},
    endpoints: [{ cidr: '169.254.169.252/32', port: 988 }, { cidr: '169.254.169.254/32', port: 80 }],
  };
}

/** Source: Azure Workload Identity documentation: the webhook acts on labelled pods only. */
export function azureWorkloadIdentity(clientId: string, tenantId: string | undefined): IdentitySpec {
  return {
    accountAnnotations: { 'azure.workload.identity/client-id': clientId, ...(tenantId === undefined ? {} : { 'azure.workload.identity/tenant-id': tenantId }) },
    podLabels: { 'azure.workload.identity/use': 'true' },
    endpoints: [],
  };
}
