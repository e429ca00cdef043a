import { OPTIONS } from './known-options';
import { requireKnown } from './require-options';
import { azureWorkloadIdentity, eksIrsa, eksPodIdentity, gkeWorkloadIdentity, IdentitySpec } from '../spec/identity';
import { invalidValue } from '../spec/invalid-value';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Which Azure identity pods are. */
export interface AzureIdentityOptions {
  /**
   * Tenant of the identity.
   *
   * @default - that of the cluster
   */
  readonly tenantId?: string;
}

/**
 * Who pods are to a cloud, and so which buckets they may read and write, without a key anywhere.
 *
 * Writes down the cluster's half: annotations of the service account, labels of the pods, and the way to credentials that a node serves. The
 * cloud's half, role and trust, is made where the cloud is declared.
 */
export class CloudIdentity {
  /**
   * An IAM role by the cluster's OIDC provider (IRSA). Works with every AWS SDK.
   *
   * The role must trust `system:serviceaccount:NAMESPACE:ACCOUNT`.
   *
   * @param roleArn ARN of the role
   * @throws when it is none
   */
  public static eksIrsa(roleArn: string): CloudIdentity {
    if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/.test(roleArn)) {
      throw invalid('eksIrsa', 'roleArn', roleArn, 'the ARN of a role', "CloudIdentity.eksIrsa('arn:aws:iam::123456789012:role/features')");
    }
    return new CloudIdentity(eksIrsa(roleArn));
  }

  /**
   * An IAM role by EKS Pod Identity: an association, made where the EKS cluster is, names the service account. Needs the agent add-on, EC2 nodes and
   * SDKs that know container credentials.
   */
  public static eksPodIdentity(): CloudIdentity {
    return new CloudIdentity(eksPodIdentity());
  }

  /**
   * A Google service account by GKE's Workload Identity. The Kubernetes account needs `roles/iam.workloadIdentityUser` on it.
   *
   * @param email address of the Google service account
   * @throws when it is none
   */
  public static gke(email: string): CloudIdentity {
    if (!/^[a-z][a-z0-9-]{4,28}[a-z0-9]@[a-z0-9.:-]+\.iam\.gserviceaccount\.com$/.test(email)) {
      throw invalid('gke', 'email', email, 'the address of a Google service account', "CloudIdentity.gke('features@acme.iam.gserviceaccount.com')");
    }
    return new CloudIdentity(gkeWorkloadIdentity(email));
  }

  /**
   * A managed identity by Azure Workload Identity, with a federated credential for the service account.
   *
   * @param clientId client id of the identity
   * @param options its tenant
   * @throws when an id is none
   */
  public static azure(clientId: string, options: AzureIdentityOptions = {}): CloudIdentity {
    requireKnown('CloudIdentity.azure', options, OPTIONS.AZURE_IDENTITY);
    const { tenantId } = options;
    for (const [at, id] of Object.entries(tenantId === undefined ? { clientId } : { clientId, tenantId })) {
      if (!GUID.test(id)) {
        throw invalid('azure', at, id, 'a GUID', 'copy it from the overview of the identity; its name is no id');
      }
    }
    return new CloudIdentity(azureWorkloadIdentity(clientId, tenantId));
  }

  private constructor(private readonly identity: IdentitySpec) {}

  /**
   * What pods and their account bear, and where credentials come from.
   *
   * @internal
   */
  public _spec(): IdentitySpec {
    return this.identity;
  }
}

function invalid(factory: string, at: string, got: string, expected: string, fix: string): Error {
  return invalidValue({ path: `CloudIdentity.${factory}`, at, got, expected, fix });
}
