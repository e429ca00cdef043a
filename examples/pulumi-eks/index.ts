import * as path from 'path';
import { Config } from '@pulumi/pulumi';
import { ComputeEnvironment } from 'geneva-constructs/pulumi';

const config = new Config();

const environment = new ComputeEnvironment('features', {
  image: config.require('image'),
  rayVersion: '2.54.0',
  pythonVersion: '3.12',

  // The cluster that is there.
  eksClusterName: config.require('clusterName'),
  oidcProviderArn: config.require('oidcProviderArn'),
  subnetIds: config.requireObject<string[]>('subnetIds'),
  kubeRayChart: config.get('kubeRayChart'), // without it, the operator has to be there already

  // Nodes: one that is always up for the head, spot nodes that come with the work.
  headNodeGroup: {},
  workerNodeGroups: [{ name: 'cpu', maxSize: 20 }],
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 20, idleTimeoutSeconds: 120 }],

  // The code, and what it computes. The role of the pods gets rights to these tables.
  workspaceRoots: [{ path: path.join(__dirname, '..', 'quickstart', 'workspace') }],
  backfills: [{ name: 'word-count', table: 's3://acme-tables/docs.lance', column: 'words', udf: 'features.text:word_count', workerGroup: 'cpu' }],
  materializedViews: [{ name: 'long-docs', source: 's3://acme-tables/docs.lance', destination: 's3://acme-tables/long-docs.lance', where: 'words > 20' }],

  submitters: { principalArns: config.requireObject<string[]>('submitterArns'), portForward: true },
});

export const { bundleDigest, clusterName, descriptor, submitCommand, submitterRoleArn } = environment;
