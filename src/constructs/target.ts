import { KubeRayVersion } from './kuberay-version';
import { ClusterDefaults } from '../spec/cluster-defaults';
import { Target } from '../spec/kuberay-versions';

/** The target that rules are checked against. */
export function targetOf(kuberay: KubeRayVersion | undefined): Target {
  return { kuberay: kuberay?.minor ?? ClusterDefaults.KUBERAY, gates: kuberay?.features };
}
