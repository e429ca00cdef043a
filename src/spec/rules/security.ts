import { TOKEN_AUTH_RAY } from '../kuberay-versions';
import { RayClusterV1Spec } from '../ray-cluster-types';
import { isAtLeast } from '../versions';
import { Rule } from './rule';

export const tokenNeedsRay: Rule<RayClusterV1Spec> = {
  id: 'RAY-S1',
  title: 'Token authentication needs Ray 2.52.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay validation.go; CVE-2025-62593',
  why: 'Older releases know no token: whoever reaches the dashboard runs code on the cluster.',
  check: (spec) => spec.authOptions?.mode !== 'token' || isAtLeast(spec.rayVersion ?? '', TOKEN_AUTH_RAY) ? [] : [{
    at: 'rayVersion',
    got: spec.rayVersion,
    expected: `at least ${TOKEN_AUTH_RAY} with token authentication`,
    fix: `use an image with Ray ${TOKEN_AUTH_RAY} or later`,
  }],
};

export const authModeIsWrittenOut: Rule<RayClusterV1Spec> = {
  id: 'RAY-S1b',
  title: 'Authentication says its mode.',
  severity: 'error',
  since: '1.5',
  source: 'KubeRay 1.7 code: authOptions acts only when mode equals token',
  why: 'authOptions without a mode makes an unused Secret at most and leaves the cluster open.',
  check: (spec) => spec.authOptions === undefined || spec.authOptions.mode !== undefined ? [] : [{
    at: 'authOptions.mode',
    got: undefined,
    expected: '"token" or "disabled"',
    fix: 'authOptions: { mode: "token" }',
  }],
};
