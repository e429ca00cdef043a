import './require-peers';

export * from './bundle-bucket';
export * from './bundle-bucket-args';
export * from './head-node-group';
export * from './head-node-group-args';
export * from './karpenter-node-pools';
export * from './karpenter-node-pools-args';
export * from './node-group-args';
export * from './ray-cluster';
export * from './ray-cluster-args';
export * from './worker-node-group';
export * from './worker-node-group-args';
export * from './workload-identity';
export * from './workload-identity-args';
