import './require-peers';

export * from './ray-cluster';
export * from './ray-cluster-args';
