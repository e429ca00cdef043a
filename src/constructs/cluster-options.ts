import { Construct } from 'constructs';
import { Authentication } from './authentication';
import { ClusterParts, requireParts } from './cluster-parts';
import { requireKubeRay } from './kuberay-option';
import { requireOwnLabels } from './label-options';
import { LastingClusterOptions } from './lasting-cluster-options';
import { requireOneOf } from './plain-options';
import { requireObjectIfGiven } from './require-object';
import { UpgradeStrategy } from './upgrade-strategy';
import { UpscalingMode } from './upscaling-mode';

/**
 * Refuses options of a cluster that are something else than they have to be, one by one; amounts are checked where they are read.
 *
 * @throws at the construct itself
 */
export function requireClusterOptions(construct: Construct, options: LastingClusterOptions & ClusterParts): void {
  const { path } = construct.node;
  const { kuberay, queueAdmission, authentication, upscalingMode, upgradeStrategy, podLabels } = options;
  requireParts(construct, options);
  requireKubeRay(path, 'kuberay', kuberay);
  const queue = JSON.stringify(typeof queueAdmission === 'string' ? queueAdmission : 'batch');
  requireObjectIfGiven(path, {
    at: 'queueAdmission', got: queueAdmission, has: '_target', expected: 'a QueueAdmission', fix: `queueAdmission: QueueAdmission.localQueue(${queue}), with the name of a ClusterQueue`,
  });
  requireOneOf({ path, at: 'authentication', got: authentication }, { Authentication });
  requireOneOf({ path, at: 'upscalingMode', got: upscalingMode }, { UpscalingMode });
  requireOneOf({ path, at: 'upgradeStrategy', got: upgradeStrategy }, { UpgradeStrategy });
  requireOwnLabels(path, 'podLabels', podLabels);
}
