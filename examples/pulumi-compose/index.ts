import * as path from 'path';
import { ComponentResource, ComponentResourceOptions, Config, Input, Output } from '@pulumi/pulumi';
import { ComputeEnvironment, HeadNodeGroup, KarpenterNodePools } from 'geneva-constructs/pulumi';

const config = new Config();
const workspaceRoots = [{ path: path.join(__dirname, '..', 'quickstart', 'workspace') }];
const image = { image: 'ghcr.io/acme/features:1', rayVersion: '2.54.0', pythonVersion: '3.12' };

/** What every team of the platform shares. */
interface PlatformArgs {
  readonly clusterName: Input<string>;
  readonly oidcProviderArn: Input<string>;
  readonly subnetIds: Input<Input<string>[]>;
  readonly teams: string[];
}

/** One group of nodes for all heads, and an environment a team. */
class FeaturePlatform extends ComponentResource {
  public readonly submitCommands: Output<string>[];

  constructor(name: string, args: PlatformArgs, opts?: ComponentResourceOptions) {
    super('acme:index:FeaturePlatform', name, {}, opts);
    const { clusterName, oidcProviderArn, subnetIds, teams } = args;
    const heads = new HeadNodeGroup(`${name}-heads`, { clusterName, subnetIds, labelValue: name, maxSize: 5 }, { parent: this });
    const workerGroups = [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 20, nodeLabelValue: name }];
    new KarpenterNodePools(name, { namespace: name, cpuPool: { labelValue: name, cpuLimit: 400 } }, { parent: this });
    this.submitCommands = teams.map((team) => new ComputeEnvironment(team, {
      ...image,
      workerGroups,
      headNodeLabelValue: heads.labelValue,
      eksClusterName: clusterName,
      oidcProviderArn,
      workspaceRoots,
      backfills: [{ name: 'word-count', table: `s3://acme-${team}/docs.lance`, column: 'words', udf: 'features.text:word_count' }],
    }, { parent: this, dependsOn: [heads] }).submitCommand);
    this.registerOutputs({ submitCommands: this.submitCommands });
  }
}

const platform = new FeaturePlatform('platform', {
  clusterName: config.require('clusterName'),
  oidcProviderArn: config.require('oidcProviderArn'),
  subnetIds: config.requireObject<string[]>('subnetIds'),
  teams: ['search', 'vision'],
});

// Nothing is made on AWS for this one: bucket, role, nodes and namespace are there already.
const own = new ComputeEnvironment('own', {
  ...image,
  namespace: 'research',
  workerGroups: [{ name: 'cpu', cpu: 4, memoryGiB: 8, maxReplicas: 5 }],
  workspaceRoots,
  bundleStore: config.require('bundleStore'),
  roleArn: config.require('roleArn'),
  backfills: [{ name: 'word-count', table: 's3://acme-research/docs.lance', column: 'words', udf: 'features.text:word_count' }],
  submitters: { groups: ['researchers'] },
});

export const submitCommands = [...platform.submitCommands, own.submitCommand];
