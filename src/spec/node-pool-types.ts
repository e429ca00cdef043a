/**
 * `NodePool.spec` of `karpenter.sh/v1`: the fields that this library writes or checks. Source: the CRD of Karpenter 1.14.1.
 */

import { ObjectMeta, Taint } from './kubernetes-types';

export interface NodePoolV1Spec {
  /** Nodes that are always up. Alpha in Karpenter 1.14, gate `StaticCapacity`. */
  readonly replicas?: number;
  readonly template: NodeClaimTemplate;
  readonly disruption?: Disruption;
  readonly limits?: Record<string, string>;
}

export interface NodeClaimTemplate {
  readonly metadata?: ObjectMeta;
  readonly spec: {
    readonly nodeClassRef: NodeClassRef;
    readonly requirements: Requirement[];
    readonly taints?: Taint[];
    readonly expireAfter?: string;
    readonly terminationGracePeriod?: string;
  };
}

export interface NodeClassRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
}

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values?: string[];
}

export interface Disruption {
  readonly consolidationPolicy?: string;
  readonly consolidateAfter: string;
  readonly budgets?: DisruptionBudget[];
}

export interface DisruptionBudget {
  readonly nodes: string;
  readonly reasons?: string[];
}
