import { TOKEN_AUTH_RAY } from '../kuberay-versions';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { isBefore } from '../versions';
import { Rule } from './rule';

/** What guards an environment, as far as its cluster alone doesn't tell. */
export interface EnvironmentGuards {
  /** Whether NetworkPolicies of ours say who may reach the Ray pods. */
  readonly isolated: boolean;
}

export const callersShowAToken: Rule<RayClusterV1Spec> = {
  id: 'SAFE-01',
  title: 'Callers of a cluster show a token.',
  severity: 'advice',
  since: '1.5',
  source: 'CVE-2023-48022 (ShadowRay); KubeRay authOptions',
  why: 'Without one, whoever reaches port 8265 or 10001 of the head runs code on the cluster, with the rights of its pods.',
  check: ({ authOptions }) => authOptions?.mode === 'token' ? [] : [{
    at: 'authOptions.mode',
    got: authOptions?.mode,
    expected: '"token"',
    fix: 'authentication: Authentication.TOKEN, the default',
  }],
};

export const clusterIsIsolated: Rule<EnvironmentGuards> = {
  id: 'SAFE-02',
  title: 'An environment says which traffic its pods may have.',
  severity: 'advice',
  source: 'Ray documentation, security: Ray runs whatever code reaches it and belongs in an isolated network',
  why: 'Ray encrypts and checks nothing between its own pods: any pod that reaches one can join the cluster.',
  check: ({ isolated }) => isolated ? [] : [{
    at: 'networkIsolation',
    got: 'none',
    expected: 'NetworkIsolation.enforced()',
    fix: 'drop NetworkIsolation.none(), or write down by what other means the cluster is isolated',
  }],
};

export const rayHasNoKnownHole: Rule<RayClusterV1Spec> = {
  id: 'SAFE-03',
  title: 'The Ray release is one without CVE-2025-62593.',
  severity: 'advice',
  source: 'CVE-2025-62593, mended in Ray 2.52',
  why: 'A web page that somebody opens while a port-forward to the dashboard is up can run code on the cluster.',
  check: ({ rayVersion }) => !isBefore(rayVersion ?? '', TOKEN_AUTH_RAY) ? [] : [{
    at: 'rayVersion',
    got: rayVersion,
    expected: `at least ${TOKEN_AUTH_RAY}`,
    fix: `use an image with Ray ${TOKEN_AUTH_RAY} or later`,
  }],
};
